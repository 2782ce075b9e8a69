/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Displaced.Doubt;
import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowKey;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LogRecords;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is known of displaced maps that wait in their pins. */
@KernelTest
@Tag("jdk-independent")
class KernelWaitingMapTest extends PinnedTest {
    private static final FlowKey HTTPS = new FlowKey(443, 6);

    @Test
    void aMapThatWaitsOverARestartKeepsItsDoubt() throws IOException {
        try (Network network = load()) {
            network.tenant().create(1L).put(new Flow(HTTPS, 1));
            network.tenant().create(2L).put(new Flow(HTTPS, 2));
            network.tenant().unchecked().rotateAll(List.of(1L)).forEach(Displaced::close);
            network.tenant().rotateAll(List.of(2L)).forEach(Displaced::close);
        }
        try (Network network = load()) {
            Map<Long, Set<Doubt>> doubts = new TreeMap<>();
            network.tenant().drainWaiting(displaced -> doubts.put(displaced.key(), displaced.doubts()));
            assertThat(doubts).isEqualTo(Map.of(1L, Set.of(Doubt.UNCHECKED), 2L, Set.of()));
            assertThat(fs.content()).noneMatch(pin -> pin.startsWith("tenant-draining/"));
        }
    }

    @Test
    void aDrainSaysThatThePinOfTheOuterMapWasRemoved() throws IOException {
        try (Network network = load()) {
            network.tenant().create(1L);
            Files.delete(fs.path("tenant"));
            for (boolean hasEntries : new boolean[] {false, true}) {
                if (hasEntries) {
                    network.tenant().getOrCreate(1L).put(new Flow(HTTPS, 1));
                }
                try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
                    assertThat(network.tenant().drainAll(drained -> {})).isEqualTo(hasEntries ? 1 : 0);
                    assertThat(log.messages())
                            .singleElement()
                            .asString()
                            .contains("nothing is pinned at " + fs.path("tenant"));
                }
            }
        }
    }

    @Test
    void aDrainSaysThatThePinOfAWaitingMapWasRemoved() throws IOException {
        try (Network network = load()) {
            network.tenant().create(1L).put(new Flow(HTTPS, 1));
            network.tenant().rotateAll(List.of(1L)).forEach(Displaced::close);
            for (String file : fs.content()) {
                if (file.startsWith("tenant-draining/")) {
                    Files.delete(fs.path(file));
                }
            }
            try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
                assertThat(network.tenant().drainWaiting(drained -> {})).isZero();
                assertThat(log.messages())
                        .singleElement()
                        .asString()
                        .contains("of key 1", "somebody has removed the pin", "its counts are lost");
            }
        }
    }
}
