/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.testing.DrainedMap.discardDisplaced;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Network.FlowMap;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.types.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A map that was taken out of its slot has an identity of its own, on any backend. */
abstract class MapIdentityContract extends NetworkContract {
    @Test
    void aRotatedMapIsIdentified() {
        FlowMap flows = tenants.create(42L);
        int id = flows.id();
        Instant before = Instant.now();

        DrainedMap<FlowMap> rotated = DrainedMap.of(tenants.rotate(42L));
        MapIdentity identity = requireNonNull(rotated.identity());
        assertThat(identity.machine()).isEqualTo(MapIdentity.machineId());
        assertThat(identity.mapId()).isEqualTo(id);
        assertThat(identity.outerMap()).isEqualTo("tenant");
        assertThat(identity.outerKey()).isEqualTo(u32(42));
        assertThat(identity.takenOut()).isBetween(before, Instant.now());
        rotated.close();
        assertThat(rotated.identity()).isEqualTo(identity);
    }

    @Test
    void aMapThatIsGivenBackHasTheSame() {
        tenants.create(42L);
        Displaced<Long, FlowMap> rotated = requireNonNull(tenants.rotate(42L));
        MapIdentity identity = rotated.identity();

        rotated.close();

        assertThat(tenants.waiting()).containsExactly(identity);
        Displaced<Long, FlowMap> again = tenants.waitingTickets().get(0);
        assertThat(again.identity()).isEqualTo(identity);
        assertThat(MapIdentity.parse(identity.text())).isEqualTo(identity);
        again.acknowledge();
        assertThat(tenants.waiting()).isEmpty();
    }

    @Test
    void mapsOfOneRotationDiffer() {
        tenants.create(1L);
        tenants.create(2L);

        List<Displaced<Long, FlowMap>> rotated = tenants.rotateAll(tenants.keys());
        MapIdentity first = rotated.get(0).identity();
        MapIdentity second = rotated.get(1).identity();
        assertThat(first.mapId()).isNotEqualTo(second.mapId());
        assertThat(first.outerKey()).isNotEqualTo(second.outerKey());
        assertThat(first.bootId()).isEqualTo(second.bootId());
        discardDisplaced(rotated);
    }

    private static ByteString u32(int value) {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder());
        return ByteString.of(bytes.putInt(value).array());
    }
}
