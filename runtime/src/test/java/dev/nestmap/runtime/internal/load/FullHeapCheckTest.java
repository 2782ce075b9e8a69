/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which command lines end a process whose heap is full. */
class FullHeapCheckTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "java\0-XX:+ExitOnOutOfMemoryError\0-cp\0app",
                "-XX:+CrashOnOutOfMemoryError java\0-cp\0app",
                "java\0-XX:OnOutOfMemoryError=kill -9 %p\0-cp\0app",
                "java\0@options\0-cp\0app"
            })
    void endsTheProcess(String options) {
        assertThat(FullHeapCheck.endsProcess(options)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "java\0-cp\0app",
                "java\0-XX:+HeapDumpOnOutOfMemoryError\0-cp\0app",
                "java\0-XX:-ExitOnOutOfMemoryError\0-cp\0app",
                "java\0-cp\0app\0mail@example.org"
            })
    void continues(String options) {
        assertThat(FullHeapCheck.endsProcess(options)).isFalse();
    }
}
