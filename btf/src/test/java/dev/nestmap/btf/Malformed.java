/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Requires that a file is rejected. */
final class Malformed {
    private Malformed() {}

    static void assertMalformed(ThrowingCallable reading, String message) {
        assertThatThrownBy(reading).isInstanceOf(MalformedObjectException.class).hasMessage(message);
    }

    /** An object whose section {@code .BTF} would be rejected. */
    static void assertMalformed(BtfBuilder btf, String problem) {
        assertMalformed(btf::parse, "t.o: section .BTF: " + problem);
    }
}
