/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.value;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.cli.console.JsonWriter;
import dev.nestmap.types.ByteString;
import dev.nestmap.untyped.BtfValue;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An entry has the same form on each machine, because another one imports it. */
class EntryJsonTest {
    @Test
    void anEntryOfAPerCpuMapHasAnArrayAlsoForOneCpu() {
        BtfValue seven = BtfValue.untyped(ByteString.of((byte) 7));
        StringBuilder json = new StringBuilder();

        new EntryJson(JsonWriter.ofLines(json::append)).entry(new DecodedMapView.Row(seven, List.of(seven), true));

        assertThat(json).hasToString("{\"key\":{\"(bytes)\":\"07\"},\"values\":[{\"(bytes)\":\"07\"}]}\n");
    }
}
