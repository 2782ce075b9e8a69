/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nestmap.types.ByteString;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class WireValuesTest {
    private final ByteBuffer buffer = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());

    @Test
    void writesAddressesAsTheyAreWritten() throws UnknownHostException {
        Inet4Address address = (Inet4Address) InetAddress.getByName("192.0.2.1");

        WireValues.putInet4(buffer, 1, address, "FlowKey.source");

        assertThat(buffer.array()).startsWith(0, (byte) 192, 0, 2, 1, 0);
        assertThat(WireValues.getInet4(buffer, 1)).isEqualTo(address);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WireValues.putInet4(buffer, 1, null, "FlowKey.source"))
                .withMessageStartingWith("FlowKey.source is null");
    }

    @Test
    void copiesByteStrings() {
        WireValues.putByteString(buffer, 1, ByteString.ofHex("c0ffee"), 3, "Flow.id");

        assertThat(buffer.array()).startsWith(0, (byte) 0xc0, (byte) 0xff, (byte) 0xee, 0);
        assertThat(WireValues.getByteString(buffer, 1, 3)).isEqualTo(ByteString.ofHex("c0ffee"));
    }

    @Test
    void refusesByteStringsOfAnotherSize() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WireValues.putByteString(buffer, 0, ByteString.of(), 3, "Flow.id"))
                .withMessage("Flow.id has 0 bytes, and 3 in C (its @Size)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WireValues.putByteString(buffer, 0, null, 3, "Flow.id"))
                .withMessageStartingWith("Flow.id is null");
    }
}
