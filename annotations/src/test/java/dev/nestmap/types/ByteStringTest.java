/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.types;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A byte string is an immutable value of its bytes. */
class ByteStringTest {
    @Test
    void comparesByItsBytes() {
        ByteString string = ByteString.of((byte) 1, (byte) -1);

        assertThat(string).isEqualTo(ByteString.ofHex("01FF")).hasSameHashCodeAs(ByteString.ofHex("01ff"));
        assertThat(string).isNotEqualTo(ByteString.ofHex("01fe")).isNotEqualTo(ByteString.ofHex("01"));
        assertThat(string).isGreaterThan(ByteString.ofHex("017f")).isGreaterThan(ByteString.ofHex("01"));
        assertThat(string).hasToString("01ff");
    }

    @Test
    void isImmutable() {
        byte[] bytes = {1, 2};
        ByteString string = ByteString.of(bytes);

        bytes[0] = 9;
        string.toBytes()[1] = 9;

        assertThat(string).isEqualTo(ByteString.ofHex("0102"));
        assertThat(string.get(1)).isEqualTo((byte) 2);
    }
}
