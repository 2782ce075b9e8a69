/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.testing.DrainedMap.discardDisplaced;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Network.FlowMap;
import dev.nestmap.runtime.internal.open.FormerSlot;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.runtime.testing.KernelTestOnOneJdk;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A map that is pinned while it is drained keeps its identity over a restart. */
@KernelTestOnOneJdk
class KernelRecoveredIdentityTest extends PinnedTest {
    @Test
    void aRecoveredMapHasTheIdentityThatTheEndedProcessSaw() throws Exception {
        Path object = object();
        String seen = new ChildVm()
                .run(Abandoner.class, object.toString(), fs.path("").toString());
        Path pin = fs.path("tenant-draining").resolve(drainingPin());
        Files.setPosixFilePermissions(
                pin, PosixFilePermissions.fromString("rw-rw----")); // must not count as a new time

        try (Network network = Network.load(object, pins)) {
            List<String> found = new ArrayList<>();
            network.tenant()
                    .drainWaiting(displaced -> found.add(displaced.identity().toString()));
            assertThat(found).containsExactly(seen.strip());
        }
    }

    @Test
    void aPropertyNamesTheMachine() throws IOException {
        assertThat(new ChildVm()
                        .with("-Dnestmap.machine=node-18")
                        .run(Abandoner.class, object().toString(), fs.path("").toString()))
                .contains("machine=node-18,");
    }

    /** Sooner than the kernel's clock for files ticks, where updates of outer maps are quick (Linux 6.19). */
    @Test
    void aPinnedMapThatIsTakenOutTwiceHasTwo() throws IOException {
        try (Network network = load()) {
            network.tenant().create(42L);
            DrainedMap<FlowMap> firstTicket = DrainedMap.of(network.tenant().take(42L));
            MapIdentity before = requireNonNull(firstTicket.identity());
            discardDisplaced(network.tenant().swap(42L, firstTicket.ticket()));

            try (DrainedMap<FlowMap> secondTicket =
                    DrainedMap.of(network.tenant().take(42L))) {
                MapIdentity after = requireNonNull(secondTicket.identity());
                assertThat(after.mapId()).isEqualTo(before.mapId());
                assertThat(after.takenOut()).isAfter(before.takenOut());
            }
        }
    }

    /** A recycled map keeps its id, so only the time distinguishes the two identities. */
    @Test
    void noTimeComesTwiceWhenTheClockIsSetBack() throws Exception {
        Instant earlier = Instant.now().plusSeconds(3_600);
        String times = new ChildVm()
                .run(SetBack.class, object().toString(), fs.path("").toString(), earlier.toString());

        assertThat(times.lines().map(Instant::parse))
                .hasSize(3)
                .isSorted()
                .doesNotHaveDuplicates()
                .allMatch(time -> time.isAfter(earlier));
    }

    /** Rotates a map three times after the clock was set back. Prints the times. */
    static final class SetBack {
        private SetBack() {}

        public static void main(String[] arguments) throws ReflectiveOperationException {
            Field last = FormerSlot.class.getDeclaredField("LAST");
            last.setAccessible(true);
            @SuppressWarnings("unchecked") // the type of this field
            AtomicReference<Instant> time = (AtomicReference<Instant>) last.get(null);
            time.set(Instant.parse(arguments[2]));
            Network network = Network.load(Path.of(arguments[0]), PinOptions.in(Path.of(arguments[1])));
            network.tenant().create(42L);
            for (int i = 0; i < 3; i++) {
                System.out.println(
                        requireNonNull(network.tenant().rotate(42L)).identity().takenOut());
            }
        }
    }

    private String drainingPin() throws IOException {
        return fs.content().stream()
                .filter(file -> file.startsWith("tenant-draining/"))
                .map(file -> file.substring(file.indexOf('/') + 1))
                .findFirst()
                .orElseThrow();
    }

    /** Rotates a map and ends without closing it. */
    static final class Abandoner {
        private Abandoner() {}

        public static void main(String[] arguments) {
            Network network = Network.load(Path.of(arguments[0]), PinOptions.in(Path.of(arguments[1])));
            network.tenant().create(42L);
            System.out.println(requireNonNull(network.tenant().rotate(42L)).identity());
            Runtime.getRuntime().halt(0);
        }
    }
}
