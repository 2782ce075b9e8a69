/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowKey;
import dev.nestmap.runtime.Network.FlowMap;
import dev.nestmap.types.ByteString;
import dev.nestmap.untyped.RecordFieldDecoder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bytes of keys and entries are read as the fields of records. */
class RecordFieldDecoderTest {
    private final Network network = Network.of(new HeapMapFactory());
    private final RecordFieldDecoder fields = RecordFieldDecoder.of(network.tenant());

    @Test
    void readsTheBytesOfKeysAndEntries() {
        List<String> read = new ArrayList<>();
        FlowMap flows = network.tenant().create(1L);
        flows.put(new Flow(new FlowKey(443, 6), 12));

        flows.forEachBytes(
                (key, value) -> read.add(fields.innerKey(bytes(key)) + " = " + fields.innerValue(bytes(value))));

        assertThat(read).containsExactly("{port: 443, protocol: 6} = [12]");
        assertThat(fields.key(ByteString.ofHex("2a000000")).number()).isEqualTo(42);
        assertThat(fields.isPerCpu()).isFalse();
    }

    @Test
    void refusesAWrongNumberOfBytes() {
        ByteString three = ByteString.ofHex("000000");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> fields.key(three))
                .withMessage("a key of the outer map has 4 bytes, and not 3");
        assertThatIllegalArgumentException().isThrownBy(() -> fields.innerKey(three));
        assertThatIllegalArgumentException().isThrownBy(() -> fields.innerValue(three));
    }

    private static ByteString bytes(ByteBuffer buffer) {
        byte[] copy = new byte[buffer.remaining()];
        buffer.get(copy);
        return ByteString.of(copy);
    }
}
