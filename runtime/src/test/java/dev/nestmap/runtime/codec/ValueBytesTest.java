/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.codec;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.types.ByteString;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Addresses, texts and byte strings have the bytes that C expects. */
class ValueBytesTest {
    private final ByteBuffer buffer = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());

    @Test
    void writesAddressesAsTheyAreWritten() throws UnknownHostException {
        Inet4Address address = (Inet4Address) InetAddress.getByName("192.0.2.1");

        ValueBytes.putInet4(buffer, 1, address, "FlowKey.source");

        assertThat(buffer.array()).startsWith(0, (byte) 192, 0, 2, 1, 0);
        assertThat(ValueBytes.getInet4(buffer, 1)).isEqualTo(address);
        assertInvalid(() -> ValueBytes.putInet4(buffer, 1, null, "FlowKey.source"))
                .hasMessageStartingWith("FlowKey.source is null");
    }

    @Test
    void copiesByteStrings() {
        ValueBytes.putByteString(buffer, 1, ByteString.ofHex("c0ffee"), 3, "Flow.id");

        assertThat(buffer.array()).startsWith(0, (byte) 0xc0, (byte) 0xff, (byte) 0xee, 0);
        assertThat(ValueBytes.getByteString(buffer, 1, 3)).isEqualTo(ByteString.ofHex("c0ffee"));
    }

    @Test
    void rejectsByteStringsOfAnotherSize() {
        assertInvalid(() -> ValueBytes.putByteString(buffer, 0, ByteString.of(), 3, "Flow.id"))
                .hasMessage("Flow.id has 0 bytes, but @Size declares 3");
        assertInvalid(() -> ValueBytes.putByteString(buffer, 0, ByteString.of((byte) 7), 3, "Flow.id"))
                .hasMessage("Flow.id has 1 byte, but @Size declares 3");
        assertInvalid(() -> ValueBytes.putByteString(buffer, 0, null, 3, "Flow.id"))
                .hasMessageStartingWith("Flow.id is null");
    }

    @Test
    void writesTextsWithZerosAfterThem() {
        buffer.putLong(0, -1);

        ValueBytes.putString(buffer, 1, "né", 6, false, "Flow.name");

        assertThat(buffer.array()).startsWith(-1, 'n', (byte) 0xc3, (byte) 0xa9, 0, 0, 0, -1);
        assertThat(ValueBytes.getString(buffer, 1, 6)).isEqualTo("né");
    }

    @Test
    void rejectsTextsThatAreTooLong() {
        ValueBytes.putString(buffer, 0, "abc", 4, false, "Flow.name");

        assertInvalid(() -> ValueBytes.putString(buffer, 0, "abé", 4, false, "Flow.name"))
                .hasMessage("Flow.name has 4 bytes in UTF-8, but @Size leaves room for 3 before the terminating zero");
    }

    @Test
    void cutsBetweenCharacters() {
        Map<String, String> cut =
                Map.of("ab€", "ab", "a😀", "a", "abc", "abc", "abcd", "abc", "abé", "ab", "aéb", "aé");
        cut.forEach((text, expected) -> {
            ValueBytes.putString(buffer, 0, text, 4, true, "Flow.name");

            assertThat(ValueBytes.getString(buffer, 0, 4)).isEqualTo(expected);
        });
    }

    @Test
    void rejectsTextsThatCantBeReadBack() {
        assertInvalid(() -> ValueBytes.putString(buffer, 0, "a\0b", 8, true, "Flow.name"))
                .hasMessage("Flow.name contains a zero character, where C would end the text");
        assertInvalid(() -> ValueBytes.putString(buffer, 0, "\0b", 8, true, "Flow.name"))
                .hasMessageStartingWith("Flow.name contains a zero character");
        assertInvalid(() -> ValueBytes.putString(buffer, 0, "a\ud83d", 8, true, "Flow.name"), "half a surrogate pair");
        assertInvalid(() -> ValueBytes.putString(buffer, 0, null, 8, true, "Flow.name"))
                .hasMessageStartingWith("Flow.name is null");
    }

    @Test
    void readsEveryByteOfATextWithoutAnEnd() {
        buffer.put(0, new byte[] {'a', 'b', 'c', 'd'});

        assertThat(ValueBytes.getString(buffer, 0, 4)).isEqualTo("abcd");
        assertThat(ValueBytes.getString(buffer, 0, 2)).isEqualTo("ab");
    }

    @Test
    void readsInvalidUtf8AsReplacementCharacters() {
        buffer.put(0, new byte[] {'a', (byte) 0xff, 'b', (byte) 0xc3, 0});

        assertThat(ValueBytes.getString(buffer, 0, 5)).isEqualTo("a\ufffdb\ufffd");
    }
}
