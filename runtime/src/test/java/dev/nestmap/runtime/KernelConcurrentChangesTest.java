/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.testing.DrainedMap.discardDisplaced;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Network.FlowMap;
import dev.nestmap.runtime.Network.TenantMap;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.Interleaving;
import dev.nestmap.runtime.testing.KernelTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two processes that change the same keys of an outer map leave the pin of the map that is in the slot, and only the owner of the pins changes
 * something. Except in the last test, two objects of one process stand for the two processes.
 */
@KernelTest
@Timeout(300) // of a busy machine
@Tag("long")
class KernelConcurrentChangesTest extends PinnedTest {
    private final Interleaving interleaving = new Interleaving();

    /** A change of keys 1 to 3. Key 1 and 2 have an inner map before, and key 3 has none. */
    @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
    enum Change {
        CREATE(tenants -> {
            try {
                tenants.create(3L);
            } catch (BpfException e) {
                assertThat(e.errno()).isEqualTo(Errno.EEXIST);
            }
        }),
        CREATE_ALL(tenants -> {
            try {
                tenants.createAll(List.of(1L, 3L));
            } catch (BatchException e) {
                assertThat(e.failures())
                        .allSatisfy(failure -> assertThat(failure.errno()).isEqualTo(Errno.EEXIST));
            }
        }),
        GET_OR_CREATE(tenants -> tenants.getOrCreateAll(List.of(1L, 2L, 3L))),
        REPLACE(tenants -> tenants.replace(1L, fresh -> {})),
        ROTATE(tenants -> discardDisplaced(tenants.expert().unchecked().rotateAll(List.of(1L, 3L)))),
        TAKE(tenants -> discardDisplaced(tenants.expert().unchecked().takeAll(List.of(1L)))),
        REMOVE(tenants -> tenants.discardAll(List.of(1L, 3L))),
        RECOVER(tenants -> tenants.waitingTickets().forEach(Displaced::close));

        private final Consumer<TenantMap> change;

        Change(Consumer<TenantMap> change) {
            this.change = change;
        }

        /** Makes the change, unless the other process owns the pins. */
        void make(TenantMap tenants) {
            try {
                change.accept(tenants);
            } catch (BpfException e) {
                assertThat(e).hasMessageContaining("another object of this process owns the pin ");
            }
        }
    }

    /** Makes each change before each operation on pins of the other change. */
    @ParameterizedTest
    @EnumSource
    void leaveThePinOfTheMapThatIsInTheSlot(Change first) throws IOException {
        for (Change second : List.of(Change.CREATE_ALL, Change.REPLACE, Change.REMOVE, Change.RECOVER)) {
            boolean inserted = true;
            for (int n = 0; inserted; n++) {
                Path pin = fs.pin(first + "-" + second + "-" + n + "/tenant");
                try (TenantMap.Owned one = TenantMap.newMap(pin, pins, interleaving.pins())) {
                    one.createAll(List.of(1L, 2L));
                    try (TenantMap.Owned two = TenantMap.openPinned(pin, MapAccess.READ_WRITE, pins)) {
                        inserted = interleaving.run(() -> first.make(one), n, () -> second.make(two));
                    }
                    assertPinned(one, pin, first + " with " + second + " before operation " + n);
                }
            }
        }
    }

    private void assertPinned(TenantMap tenants, Path pin, String when) throws IOException {
        List<String> expected = new ArrayList<>();
        for (long key : tenants.keys()) {
            expected.add(key + " " + Objects.requireNonNull(tenants.get(key)).id());
        }
        List<String> pinned = new ArrayList<>();
        try (Stream<Path> files = Files.list(pin.resolveSibling(pin.getFileName() + "-inner"))) {
            for (Path file : files.toList()) {
                try (FlowMap.Owned map = FlowMap.openPinned(file, MapAccess.READ_ONLY)) {
                    pinned.add(file.getFileName() + " " + map.id());
                }
            }
        }
        assertThat(pinned).as(when).containsExactlyInAnyOrderElementsOf(expected);
    }

    /** What a process has done that does not own the pins would be missing, or counted twice. */
    @Test
    void ofTwoProcessesThatCreateAMapOneSucceeds() throws Exception {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        Path pin = fs.pin("tenant");
        try (TenantMap.Owned tenants = TenantMap.newMap(pin, pins)) {
            List<Process> processes = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                processes.add(new ChildVm().start(Creator.class, pin, seed + i));
            }
            long created = 0;
            for (Process process : processes) {
                String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(process.waitFor()).as(output).isZero();
                created += Long.parseLong(output.strip());
            }
            assertThat(tenants.count())
                    .as("created maps that are not removed, seed %d", seed)
                    .isEqualTo(created);
            assertPinned(tenants, pin, "seed " + seed);
        }
    }

    /** Creates and removes maps at random, as the owner of the pins for one change each, and prints how many more it has created than removed. */
    static final class Creator {
        private static final int CHANGES = 150;

        private Creator() {}

        public static void main(String[] arguments) {
            Random random = new Random(Long.parseLong(arguments[1]));
            long created = 0;
            for (int i = 0; i < CHANGES; ) {
                Set<Long> keys = random.longs(2, 0, 4).boxed().collect(Collectors.toSet());
                try (TenantMap.Owned tenants = TenantMap.openPinned(Path.of(arguments[0]), MapAccess.READ_WRITE)) {
                    created += random.nextBoolean() ? create(tenants, keys) : -tenants.discardAll(keys);
                    i++;
                } catch (BpfException e) {
                    if (e.errno() != Errno.EAGAIN) { // the other process owns the pins
                        throw e;
                    }
                }
            }
            System.out.println(created);
        }

        private static int create(TenantMap tenants, Set<Long> keys) {
            try {
                return tenants.createAll(keys).size();
            } catch (BatchException e) {
                if (e.failures().stream().allMatch(failure -> failure.errno() == Errno.EEXIST)) {
                    return keys.size() - e.failures().size();
                }
                throw e;
            }
        }
    }
}
