/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.observed;

import static dev.nestmap.runtime.testing.DrainedMap.discardDisplaced;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.OnDemandServer;
import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.demand.DemandBpf;
import dev.nestmap.tests.kernel.PinnedBpf;
import dev.nestmap.tests.kernel.PinnedBpf.CustomerMap;
import dev.nestmap.tests.observed.Observed.Guest;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Loads, misses, migrations and recoveries in the kernel are recorded as events. */
@KernelTest
class KernelFlightRecorderTest extends PinningTest {
    /** Not in a BPF file system. */
    @TempDir
    private Path directory;

    @Test
    void recordsTheLoadTheMissesAndTheGracePeriod() {
        List<RecordedEvent> events;
        try (FlightRecording recording = new FlightRecording();
                DemandBpf bpf = DemandBpf.open(BpfObjects.of("demand"))
                        .pins(PinOptions.in(fs.path("")))
                        .load()) {
            byte[] packet = ByteBuffer.allocate(16)
                    .order(ByteOrder.nativeOrder())
                    .putInt(42)
                    .array();
            for (int i = 0; i < 3; i++) {
                bpf.program("count").testRun(TestRun.Input.packet(packet));
            }
            try (OnDemandServer<Long> server = bpf.tenant()
                    .serveRequests(
                            OnDemandServer.Options.defaults().withPollInterval(Duration.ofDays(1)), report -> {})) {
                while (server.statistics().missed() == 0) {
                    server.serve();
                }
            }
            Objects.requireNonNull(bpf.tenant().rotate(42)).acknowledge();
            events = recording.stop();
        }
        RecordedEvent load = only(events, "nestmap.Load");
        assertThat(load.getString("object")).isEqualTo("demand");
        assertThat(load.getLong("maps")).isGreaterThanOrEqualTo(4);
        assertThat(load.getBoolean("failed")).isFalse();

        RecordedEvent misses = only(events, "nestmap.Misses");
        assertThat(misses.getString("map")).isEqualTo("tenant");
        assertThat(misses.getLong("keys")).isEqualTo(1);
        assertThat(misses.getLong("misses")).isEqualTo(3);
        assertThat(misses.getDuration("longestWait")).isPositive();

        RecordedEvent rotation = only(
                events.stream()
                        .filter(event ->
                                !event.hasField("map") || event.getString("map").equals("tenant"))
                        .toList(),
                "nestmap.Rotate");
        assertThat(rotation.getDuration("publishWait")).isPositive().isLessThan(rotation.getDuration());
        assertThat(events)
                .filteredOn(event -> event.getEventType().getName().equals("nestmap.Publish")
                        && event.getString("map").equals("tenant"))
                .hasSize(2)
                .allSatisfy(event -> assertThat(event.getDuration()).isPositive());
    }

    @Test
    @Timeout(60)
    void recordsTheProgramsOfLoadedObjects() throws Exception {
        try (DemandBpf bpf = DemandBpf.open(BpfObjects.of("demand"))
                        .pins(PinOptions.in(fs.path("")))
                        .load();
                RecordingStream recording = new RecordingStream()) {
            int id = bpf.program("count").id();
            CompletableFuture<RecordedEvent> recorded = new CompletableFuture<>();
            recording.enable("nestmap.Program").withPeriod(Duration.ofMillis(20));
            recording.setReuse(false);
            recording.onEvent("nestmap.Program", event -> {
                if (event.getInt("id") == id) {
                    recorded.complete(event);
                }
            });
            recording.startAsync();
            RecordedEvent event = recorded.get();

            assertThat(event.getString("object")).isEqualTo("demand");
            assertThat(event.getString("program")).isEqualTo("count");
            assertThat(event.getLong("recursionMisses")).isZero();
        }
    }

    @Test
    void recordsMigrationAndRecovery() throws IOException {
        Path pin = fs.path("room");
        ObservedBpf.RoomMap.Owned rooms = ObservedBpf.ROOM_MAP.create(pin, pins);
        rooms.createAll(List.of(1L, 2L)).forEach((number, guests) -> guests.put(new Guest(number, 5, 90)));
        rooms.close();
        List<RecordedEvent> events;
        try (FlightRecording recording = new FlightRecording()) {
            ObservedLaterBpf.ROOM_MAP.migrate(
                    pin, pins, Migration.from(BpfObjects.schema("observed")).copy(ObservedLaterBpf.ROOM_MAP));
            try (ObservedLaterBpf.RoomMap.Owned later = ObservedLaterBpf.ROOM_MAP.openPinned(pin)) {
                assertThat(later.waitingTickets()).isEmpty();
            }
            events = recording.stop();
        }
        RecordedEvent migration = only(events, "nestmap.Migrate");
        assertThat(migration.getString("map")).isEqualTo("room");
        assertThat(migration.getLong("maps")).isEqualTo(2);
        assertThat(migration.getLong("entries")).isEqualTo(2);
        assertThat(migration.getBoolean("failed")).isFalse();

        RecordedEvent recovery = only(events, "nestmap.Recover");
        assertThat(recovery.getString("map")).isEqualTo("room");
        assertThat(recovery.getLong("maps")).isZero();
    }

    @Test
    void recordsHowManyMapsWereRecovered() {
        Path pin = fs.path("acme/customer");
        List<RecordedEvent> events;
        try (CustomerMap.Owned customers = PinnedBpf.CUSTOMER_MAP.create(pin, pins);
                FlightRecording recording = new FlightRecording()) {
            RawMap left = Objects.requireNonNull(
                    new KernelMapFactory().open(customers.create(42).id()));
            new KernelPins().pin(left, fs.path("acme/customer-draining/42-" + left.id()), pins);
            left.close();
            customers.discard(42);
            discardDisplaced(customers.waitingTickets());
            events = recording.stop();
        }
        assertThat(only(events, "nestmap.Recover").getLong("maps")).isEqualTo(1);
    }

    @Test
    void recordsAFailedLoad() {
        List<RecordedEvent> events;
        try (FlightRecording recording = new FlightRecording()) {
            assertThatThrownBy(() -> DemandBpf.open(BpfObjects.of("demand"))
                            .pins(PinOptions.in(directory))
                            .load())
                    .isInstanceOf(BpfException.class);
            events = recording.stop();
        }
        RecordedEvent load = only(events, "nestmap.Load");
        assertThat(load.getString("object")).isEqualTo("demand");
        assertThat(load.getBoolean("failed")).isTrue();
    }

    private static RecordedEvent only(List<RecordedEvent> events, String name) {
        List<RecordedEvent> found = events.stream()
                .filter(event -> event.getEventType().getName().equals(name))
                .toList();
        assertThat(found).as("%s in %s", name, events).hasSize(1);
        return found.get(0);
    }
}
