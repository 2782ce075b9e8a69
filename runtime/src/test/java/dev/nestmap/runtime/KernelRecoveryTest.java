/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.DrainedMap.discardDisplaced;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowMap;
import dev.nestmap.runtime.Network.TenantMap;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.migrate.Interrupted;
import dev.nestmap.runtime.internal.migrate.Upgrades;
import dev.nestmap.runtime.internal.pin.ClaimedPin;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.Interleaving;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.schema.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A recovery hands out each map once while other threads of the process displace, drain and recover maps. */
@KernelTest
@Timeout(300) // of a busy machine
class KernelRecoveryTest extends PinnedTest {

    private final Interleaving interleaving = new Interleaving();
    private int runs;

    /** An outer map for one run. Key 1 holds one map, and key 2 another; a process that ended had displaced a third one from key 3. */
    private final class Run implements AutoCloseable {
        private final String name = "run" + runs++ + "/tenant";
        private final PinOptions options = pins.withPermissions("rw-------");
        private TenantMap.Owned tenants = TenantMap.newMap(fs.pin(name), options, interleaving.pins());
        private final List<Integer> drained = new ArrayList<>();
        private final Map<Long, Displaced<Long, FlowMap>> displaced = new ConcurrentHashMap<>();

        Run() {
            for (long key = 1; key <= 3; key++) {
                tenants.create(key).put(new Flow(HTTPS, key));
            }
            leaveWaiting(name, 3, tenants);
        }

        Path path(String suffix) {
            return fs.pin(name + suffix);
        }

        void rotate(long key) {
            drain(Objects.requireNonNull(tenants.rotate(key)));
        }

        /** As if the process had been killed in a displacement, before it changed the slot. */
        void leaveInSlot(long key) {
            pinAsDraining(name, key, tenants);
            tenants.close();
            tenants = TenantMap.openPinned(fs.pin(name), options, interleaving.pins());
        }

        /** Rotates, and drains the map later. */
        void displace(long key) {
            displaced.put(key, Objects.requireNonNull(tenants.rotate(key)));
        }

        void drainDisplaced() {
            displaced.values().forEach(this::drain);
            displaced.clear();
        }

        void recover() {
            tenants.waitingTickets().forEach(this::drain);
        }

        void drain(Displaced<Long, FlowMap> ticket) {
            int id = ticket.map().id();
            assertThat(path("-draining/" + ticket.key() + "-" + id))
                    .as("the pin of a map that is being drained")
                    .exists();
            synchronized (drained) {
                drained.add(id);
            }
            ticket.acknowledge();
        }

        /** Checks that each displaced map was handed out once. */
        void verify(String when, int displaced) throws IOException {
            drainDisplaced();
            recover();
            assertThat(drained).as(when).doesNotHaveDuplicates().hasSize(displaced);
            assertThat(fs.content()).as(when).noneMatch(pin -> pin.startsWith(name + "-draining/"));
        }

        @Override
        public void close() {
            displaced.values().forEach(Displaced::close);
            tenants.close();
        }
    }

    /** A process was killed after it had put a displaced map into an outer map of another object, and before it removed the map's pin. */
    @Test
    void aMapInASlotOfAnotherObjectDoesNotWait() throws IOException {
        try (TenantMap.Owned other = TenantMap.newMap(fs.pin("other"), pins)) {
            other.create(1L);
            pinAsDraining("tenant", 1, other);
        }

        try (TenantMap.Owned tenants = TenantMap.newMap(fs.pin("tenant"), pins)) {
            assertThat(tenants.waitingTickets()).isEmpty();
        }
        assertThat(fs.content()).noneMatch(file -> file.startsWith("tenant-draining/"));
    }

    /** The take could not remove the pin of the former key, so nothing changes the pins until they agree with the slots. */
    @Test
    void anAcknowledgedMapDoesNotComeBackIfAnotherPinCouldNotBeRemoved() throws IOException {
        AtomicBoolean isFailing = new AtomicBoolean();
        Pins failing = failing((change, pin) -> {
            if (isFailing.get() && change.equals("remove") && pin.startsWith(fs.pin("tenant-inner"))) {
                throw BpfException.of(Reason.SYSTEM_CALL, "removal of " + pin).because("made by the test");
            }
        });
        List<Integer> passed = new ArrayList<>();
        try (TenantMap.Owned tenants = TenantMap.newMap(fs.pin("tenant"), pins, failing)) {
            tenants.create(42L).put(new Flow(HTTPS, 1));
            isFailing.set(true);
            assertBpfException(() ->
                    tenants.drainLast(42L, drained -> passed.add(drained.map().id())));
            assertBpfException(
                    () -> tenants.drainWaiting(
                            drained -> passed.add(drained.map().id())),
                    "made by the test");
            assertThat(fs.content()).anyMatch(pin -> pin.startsWith("tenant-inner/42"));
            isFailing.set(false);
            tenants.drainWaiting(drained -> passed.add(drained.map().id()));
            assertThat(fs.content()).noneMatch(pin -> pin.contains("/42"));
        }
        try (TenantMap.Owned next = TenantMap.openPinned(fs.pin("tenant"), MapAccess.READ_WRITE)) {
            next.drainWaiting(drained -> passed.add(drained.map().id()));
        }
        assertThat(passed).hasSize(1);
        assertThat(fs.content()).noneMatch(pin -> pin.contains("/42"));
    }

    /**
     * The slots 1 and 2 hold one map. It leaves slot 1, and the process ends at any moment. The next process passes the map when it leaves
     * slot 2, so it must not take a pin of slot 1 for that of a map that nobody has counted.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aMapThatWasInTwoSlotsIsPassedOnce(boolean takes) {
        boolean isInterrupted = true;
        for (int end = 0; isInterrupted; end++) {
            Path outer = fs.pin("tenant" + end);
            isInterrupted = !leaveFirstSlot(outer, takes, end);
            List<Integer> passed = new ArrayList<>();
            try (TenantMap.Owned next = TenantMap.openPinned(outer, MapAccess.READ_WRITE)) {
                if (next.contains(1L)) {
                    assertThat(next.discard(1L)).isTrue();
                }
                Displaced<Long, FlowMap> last = Objects.requireNonNull(next.rotate(2L));
                passed.add(last.map().id());
                last.acknowledge();
                next.drainWaiting(map -> passed.add(map.map().id())); // repairs the pins
                next.drainWaiting(map -> passed.add(map.map().id()));
            }
            assertThat(passed).as("end after %d changes of pins", end).hasSize(1);
        }
    }

    /** Returns false if the process has ended at its change of a pin with this number. */
    private boolean leaveFirstSlot(Path outer, boolean takes, int end) {
        AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
        Pins ending = failing((change, pin) -> {
            if (left.getAndDecrement() <= 0) {
                throw new Interrupted.End();
            }
        });
        try (TenantMap.Owned ended = TenantMap.newMap(outer, pins, ending)) {
            FlowMap flows = ended.create(1L);
            flows.put(new Flow(HTTPS, 1));
            RawSlots.put(ended.id(), RawSlots.slot(2).bytes(), flows.id());
            left.set(end);
            if (takes) {
                ended.expert().unchecked().takeAll(List.of(1L)).forEach(Displaced::discard);
            } else {
                ended.discard(1L);
            }
            return true;
        } catch (Interrupted.End | BpfException e) {
            return false;
        }
    }

    /** @param before called before each change of a pin, with the name of the method */
    private static Pins failing(BiConsumer<String, Path> before) {
        return Interleaving.before(new KernelPins(), (method, values) -> {
            int pin = List.of("move", "remove", "pin").indexOf(method.getName());
            if (pin >= 0) {
                before.accept(method.getName(), (Path) values[pin / 2]); // pin(map, path, options)
            }
        });
    }

    /** The process that created the map was killed before it moved the pin. Then the new outer map would return the map once more. */
    @Test
    void aTakeAlsoRemovesThePinThatAnEndedProcessDidNotMove() throws IOException {
        KernelPins kernel = new KernelPins();
        try (TenantMap.Owned tenants = TenantMap.newMap(fs.pin("tenant"), pins, kernel)) {
            tenants.create(42L);
        }
        kernel.move(fs.pin("tenant-inner/42"), fs.pin("tenant-inner/42-next"));
        try (TenantMap.Owned tenants = TenantMap.openPinned(fs.pin("tenant"), MapAccess.READ_WRITE)) {
            discardDisplaced(tenants.take(42L));

            assertThat(fs.content()).noneMatch(pin -> pin.startsWith("tenant-inner/"));
        }
    }

    /** Somebody removed the pin of the outer map and not those beside it, and the next start pinned a new outer map. */
    @Test
    void handsOutTheInnerMapsOfAnOuterMapWhosePinWasRemoved() throws IOException {
        try (TenantMap.Owned removed = TenantMap.newMap(fs.pin("tenant"), pins, new KernelPins())) {
            removed.create(1L).put(new Flow(HTTPS, 10));
            removed.create(2L).put(new Flow(HTTPS, 20));
            RawSlots.put(
                    removed.id(),
                    RawSlots.slot(3).bytes(),
                    Objects.requireNonNull(removed.get(2L)).id());
            leaveWaiting("tenant", 1, removed);
            removed.create(1L).put(new Flow(HTTPS, 30));
        }
        Files.delete(fs.pin("tenant"));

        List<Long> packets = new ArrayList<>();
        List<Long> inDoubt = new ArrayList<>();
        try (TenantMap.Owned tenants = TenantMap.newMap(fs.pin("tenant"), pins, new KernelPins())) {
            tenants.drainWaiting(displaced -> {
                long counted =
                        Objects.requireNonNull(displaced.map().get(HTTPS)).packets();
                packets.add(counted);
                if (!displaced.isExact()) {
                    inDoubt.add(counted);
                }
            });
            assertThat(tenants.waitingTickets()).isEmpty();
        }
        assertThat(packets).containsExactlyInAnyOrder(10L, 20L, 30L);
        assertThat(inDoubt).as("programs may still use the removed outer map").containsExactlyInAnyOrder(20L, 30L);
        assertThat(fs.content())
                .noneMatch(pin -> pin.startsWith("tenant-inner/") || pin.startsWith("tenant-draining/"));
    }

    /** Like {@code bpftool map update}. The pin of the inner map is the only thing that keeps it then. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void keepsAnInnerMapThatAnotherProgramReplaced(boolean rotates) {
        KernelPins kernel = new KernelPins();
        List<Map.Entry<Long, Boolean>> packets = new ArrayList<>();
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            try (TenantMap.Owned tenants = TenantMap.newMap(fs.pin("tenant"), pins, kernel)) {
                tenants.create(1L).put(new Flow(HTTPS, 10));
                tenants.create(2L).put(new Flow(HTTPS, 20));
                try (RawMap outer = Objects.requireNonNull(kernel.open(fs.pin("tenant"), MapAccess.READ_WRITE));
                        RawMap other =
                                Objects.requireNonNull(kernel.open(fs.pin("tenant-inner/2"), MapAccess.READ_WRITE))) {
                    RawSlots.put(outer, 1, other);
                }
                if (rotates) {
                    tenants.expert().unchecked().rotateAll(List.of(1L)).forEach(Displaced::discard);
                }
                for (int drain = 0; drain < 2; drain++) {
                    tenants.drainWaiting(displaced -> packets.add(Map.entry(
                            Objects.requireNonNull(displaced.map().get(HTTPS)).packets(), displaced.isExact())));
                }
            }
            assertThat(packets).containsExactly(Map.entry(10L, false));
            assertThat(log.messages()).anyMatch(message -> message.contains("was replaced or removed without Nestmap"));
        }
    }

    @Test
    void handsOutEachMapOnceIfItRunsDuringARotation() throws IOException {
        everywhere(run -> {}, run -> run.rotate(1), Run::recover, 2);
    }

    @Test
    void handsOutEachMapOnceIfARotationRunsInIt() throws IOException {
        everywhere(run -> {}, Run::recover, run -> run.rotate(1), 2);
    }

    @Test
    void handsOutEachMapOnceIfItRunsTwice() throws IOException {
        everywhere(run -> {}, Run::recover, Run::recover, 1);
    }

    @Test
    void handsOutEachMapOnceIfItsOwnerClosesItMeanwhile() throws IOException {
        everywhere(run -> run.displace(2), Run::recover, Run::drainDisplaced, 2);
        everywhere(run -> run.displace(2), Run::drainDisplaced, Run::recover, 2);
    }

    /** Else a crash after the rotation would lose the map. */
    @Test
    void keepsThePinOfAMapThatIsDisplacedWhileItLooksAtAnOlderPin() throws IOException {
        everywhere(run -> run.leaveInSlot(1), Run::recover, run -> run.displace(1), 2);
        everywhere(run -> run.leaveInSlot(1), run -> run.displace(1), Run::recover, 2);
    }

    /** A process of the previous version may get the ownership after a migration, before the new version asks for it. */
    @Test
    void leavesThePinsOfTheNewVersionToIt() throws IOException {
        KernelPins kernel = new KernelPins();
        Schema newVersion = Network.schema(2 * Network.TENANTS);
        PinPaths paths = new PinPaths(fs.pin("tenant"), pins, MapAccess.READ_WRITE);
        try (TenantMap.Owned created = TenantMap.newMap(paths.outer(), pins, kernel)) {
            created.create(1L).put(new Flow(HTTPS, 1));
        }
        try (TenantMap.Owned old = TenantMap.openPinned(paths.outer(), MapAccess.READ_WRITE, pins)) {
            Upgrades.run(Upgrades.migrator(newVersion, newVersion, "tenant", new ClaimedPin(kernel, paths)), true);
            RawMap inner = Objects.requireNonNull(kernel.open(paths.inner("1"), MapAccess.READ_WRITE));
            kernel.pin(inner, paths.draining("2", inner.id(), false), pins); // as if it had been at key 2
            inner.close();
            List<String> content = fs.content();

            for (Callable<?> change : List.<Callable<?>>of(old::waitingTickets, () -> old.rotate(1L))) {
                assertBpfException(change::call, "another map is pinned at " + paths.outer());

                assertThat(fs.content()).isEqualTo(content);
                try (FlowMap.Owned pinned = FlowMap.openPinned(paths.inner("1"), MapAccess.READ_ONLY)) {
                    assertThat(pinned.id()).isEqualTo(inner.id());
                }
                try (Pins.Lock ownership = kernel.lock(fs.path("owner"), pins)) {
                    assertThat(ownership).as("ownership for the new version").isNotNull();
                }
            }
        }
    }

    /** Runs the second action before each operation of the first one. */
    private void everywhere(Consumer<Run> before, Consumer<Run> first, Consumer<Run> second, int displaced)
            throws IOException {
        boolean inserted = true;
        for (int n = 0; inserted; n++) {
            try (Run run = new Run()) {
                before.accept(run);
                inserted = interleaving.run(() -> first.accept(run), n, () -> second.accept(run));
                if (!inserted) {
                    assertThat(n).as("operations on pins").isPositive();
                    second.accept(run);
                }
                run.verify("before operation " + n, displaced);
            }
        }
    }
}
