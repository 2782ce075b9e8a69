/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.examples.fleet.NextFleet.Flow;
import dev.nestmap.examples.fleet.NextFleet.FlowKey;
import dev.nestmap.kafka.Part;
import dev.nestmap.kafka.PartPosition;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.types.ByteString;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A sum is exact only if no part is missing and none is added twice. */
class RegionSumsTest {
    private static final UUID SERIES = new UUID(1, 2);
    private static final long TENANT = 53;

    private final RegionSums sums = new RegionSums(false);

    private static Part<Long, Flow> part(UUID series, long number, int part, int parts, boolean full, long lost) {
        Inet4Address address;
        try {
            address = (Inet4Address) InetAddress.getByAddress(new byte[] {10, 0, 0, 1});
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
        MapIdentity map = new MapIdentity(
                "node-1",
                new UUID(3, 4),
                (int) series.getLeastSignificantBits(),
                Instant.ofEpochSecond(number),
                "tenant",
                ByteString.of(new byte[0]));
        return new Part<>(
                map,
                TENANT,
                Map.of(),
                new PartPosition("nestmap.node-1.tenant", series, number),
                part,
                parts,
                full,
                lost,
                List.of(new Flow(new FlowKey(address, address, 1, 1), 1, 10, 0)));
    }

    private static Part<Long, Flow> part(UUID series, long number) {
        return part(series, number, 1, 1, false, 0);
    }

    private void takes(long packets, long lostInserts) {
        RegionSums.Tenant sum = sums.take().get(TENANT);
        assertThat(sum).isNotNull();
        assertThat(sum.flows.values())
                .singleElement()
                .satisfies(flow -> assertThat(flow.packets()).isEqualTo(packets));
        assertThat(sum.lostInserts).isEqualTo(lostInserts);
        assertThat(sums.take()).isEmpty();
    }

    @Test
    void countsTheLostInsertsOfAMapOnce() {
        for (int part = 1; part <= 3; part++) {
            sums.add(part(SERIES, part, part, 3, true, 7));
        }
        sums.add(part(SERIES, 4, 1, 1, true, 5));
        takes(4, 12);
    }

    @Test
    void anUnknownNumberStaysUnknown() {
        sums.add(part(SERIES, 1, 1, 1, false, Part.UNKNOWN));
        sums.add(part(SERIES, 2, 1, 1, true, 7));
        takes(2, Part.UNKNOWN);
        sums.add(part(SERIES, 3, 1, 1, true, 7));
        sums.add(part(SERIES, 4, 1, 1, true, Part.NOT_COUNTED));
        takes(2, Part.UNKNOWN);
        sums.add(part(SERIES, 5, 1, 1, true, Long.MAX_VALUE));
        sums.add(part(SERIES, 6, 1, 1, true, 7));
        takes(2, Long.MAX_VALUE);
        sums.add(part(SERIES, 7, 1, 1, false, Part.NOT_COUNTED));
        takes(1, 0);
    }

    @Test
    void aMissingPartMakesLowerBoundsOnce() {
        sums.add(part(SERIES, 2));
        takes(1, Part.UNKNOWN);
        sums.add(part(SERIES, 3));
        takes(1, 0);
        sums.add(part(SERIES, 5));
        takes(1, Part.UNKNOWN);
        sums.add(part(SERIES, 6));
        takes(1, 0);
    }

    @Test
    void addsAPartOnce() {
        sums.add(part(SERIES, 1));
        sums.add(part(SERIES, 1));
        takes(1, 0);
    }

    @Test
    void anotherSeriesMayRepeatMaps() {
        sums.add(part(SERIES, 1));
        takes(1, 0);
        sums.add(part(new UUID(5, 6), 1));
        takes(1, Part.UNKNOWN);
        sums.add(part(new UUID(5, 6), 2));
        takes(1, 0);
    }

    /** An earlier process has read the parts before. */
    @Test
    void continuesWhereAnEarlierProcessHasEnded() {
        RegionSums next = new RegionSums(true);
        next.add(part(SERIES, 17));

        assertThat(next.take())
                .extractingByKey(TENANT)
                .satisfies(sum -> assertThat(sum.lostInserts).isZero());
    }

    /** Between the last part that the earlier process has added and the first one after. */
    @Test
    void noticesWhatIsMissingAcrossARestart() {
        RegionSums next = new RegionSums(true);
        next.addEarlier(part(SERIES, 15));
        next.addEarlier(part(SERIES, 17)); // the earlier process has reported 16
        next.add(part(SERIES, 18));
        assertThat(next.take())
                .extractingByKey(TENANT)
                .satisfies(sum -> assertThat(sum.lostInserts).isZero());
        next.addEarlier(part(SERIES, 19));
        next.add(part(SERIES, 21));

        assertThat(next.take())
                .extractingByKey(TENANT)
                .satisfies(sum -> assertThat(sum.lostInserts).isEqualTo(Part.UNKNOWN));
    }
}
