/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.testing.Displaced.closeDisplaced;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.Network.CounterMap;
import dev.nestmap.runtime.Network.FlowMap;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.types.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The identity of maps that were taken out of their slots, on any backend. */
abstract class MapIdentityContract {
    private Network network;

    abstract MapFactory factory();

    @BeforeEach
    void load() {
        network = Network.of(factory());
    }

    @AfterEach
    void close() {
        network.close();
    }

    @Test
    void aRotatedMapIsIdentified() {
        FlowMap flows = network.tenant().create(42L);
        int id = flows.id();
        Instant before = Instant.now();

        try (FlowMap.Owned rotated = requireNonNull(network.tenant().rotate(42L))) {
            MapIdentity identity = requireNonNull(rotated.identity("node-17"));
            assertThat(identity.machine()).isEqualTo("node-17");
            assertThat(identity.mapId()).isEqualTo(id);
            assertThat(identity.outerMap()).isEqualTo("tenant");
            assertThat(identity.outerKey()).isEqualTo(u32(42));
            assertThat(identity.takenOut()).isBetween(before, Instant.now());
        }
    }

    @Test
    void aMapThatIsNotPinnedCanNotBeLeftUndrained() {
        network.tenant().create(42L);
        try (FlowMap.Owned rotated = requireNonNull(network.tenant().rotate(42L))) {
            assertThatThrownBy(() -> network.tenant().leaveUndrained(rotated))
                    .isInstanceOf(BpfException.class)
                    .hasMessage(
                            "close without draining of map flow_map: no pin keeps it, so its entries would be lost: drain"
                                    + " it, then close it");
            assertThat(rotated.count()).isZero(); // still open
        }
    }

    @Test
    void theIdentityOutlivesTheHandle() {
        network.tenant().create(42L);
        FlowMap.Owned rotated = requireNonNull(network.tenant().rotate(42L));
        MapIdentity open = rotated.identity("node-17");

        rotated.close();

        assertThat(rotated.identity("node-17")).isNotNull().isEqualTo(open);
    }

    @Test
    void mapsOfOneRotationDiffer() {
        network.tenant().create(1L);
        network.tenant().create(2L);

        try (OwnedMaps<Long, FlowMap.Owned> rotated =
                network.tenant().rotateAll(network.tenant().keys())) {
            MapIdentity first = requireNonNull(requireNonNull(rotated.get(1L)).identity("node-17"));
            MapIdentity second = requireNonNull(requireNonNull(rotated.get(2L)).identity("node-17"));
            assertThat(first.mapId()).isNotEqualTo(second.mapId());
            assertThat(first.outerKey()).isNotEqualTo(second.outerKey());
            assertThat(first.bootId()).isEqualTo(second.bootId());
        }
    }

    @Test
    void aTakenMapIsIdentified() {
        network.shard().create(3L);

        try (CounterMap.Owned taken = requireNonNull(network.shard().take(3L))) {
            MapIdentity identity = requireNonNull(taken.identity("node-17"));
            assertThat(identity.outerMap()).isEqualTo("shard");
            assertThat(identity.outerKey()).isEqualTo(u32(3));
        }
    }

    @Test
    void aMapThatWasInNoSlotHasNone() {
        try (FlowMap.Owned detached = network.tenant().detached()) {
            assertThat(detached.identity("node-17")).isNull();
        }
    }

    /** It may have counted more, so a receiver must not take it for the same. */
    @Test
    void aMapThatIsTakenOutTwiceHasTwo() {
        network.tenant().create(42L);
        FlowMap.Owned first = requireNonNull(network.tenant().take(42L));
        MapIdentity before = requireNonNull(first.identity("node-17"));
        closeDisplaced(network.tenant().swap(42L, first));

        try (FlowMap.Owned second = requireNonNull(network.tenant().take(42L))) {
            MapIdentity after = requireNonNull(second.identity("node-17"));
            assertThat(after.mapId()).isEqualTo(before.mapId());
            assertThat(after).isNotEqualTo(before);
        }
    }

    private static ByteString u32(int value) {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder());
        return ByteString.of(bytes.putInt(value).array());
    }
}
