/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class GeneratedClassTest {
    interface Broken {}

    static final class BrokenBpf {
        private BrokenBpf() {}

        public static Object load() {
            System.loadLibrary("of_no_such_name");
            return "loaded";
        }

        public static Object inMemory() {
            return Integer.valueOf("no number");
        }
    }

    @Test
    void rethrowsExceptionsOfTheMethod() {
        assertThatThrownBy(() -> GeneratedClass.call(Broken.class, "load"))
                .isInstanceOf(UnsatisfiedLinkError.class)
                .hasMessageContaining("of_no_such_name");
        assertThatThrownBy(() -> GeneratedClass.call(Broken.class, "inMemory"))
                .isInstanceOf(NumberFormatException.class)
                .hasMessageContaining("no number");
    }
}
