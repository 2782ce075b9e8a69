/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.observed;

import static dev.nestmap.runtime.testing.DrainedMap.discardDisplaced;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.memory.MemoryFaults;
import dev.nestmap.runtime.BatchException;
import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.OnDemandServer;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.observe.OperationListeners;
import dev.nestmap.runtime.internal.observe.RunningOperation;
import dev.nestmap.runtime.observe.Operation;
import dev.nestmap.runtime.observe.OperationListener.Misses;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.tests.observed.Observed.Guest;
import dev.nestmap.tests.observed.ObservedBpf.GuestMap;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Operations in memory are recorded as events, and Nestmap works in a JVM without the Flight Recorder. */
class FlightRecorderTest {
    @Test
    void recordsAFailureOnceAndNoneThatNestmapHandles() {
        List<RecordedEvent> events;
        try (ObservedBpf bpf = ObservedBpf.inMemory();
                FlightRecording recording = new FlightRecording()) {
            assertThatThrownBy(() -> bpf.room().create(1, guests -> {
                        for (long guest = 0; guest <= 4; guest++) {
                            guests.put(new Guest(guest, 1, 1));
                        }
                    }))
                    .isInstanceOf(BpfException.class);
            bpf.room().createAll(List.of(1L, 2L));
            assertThatThrownBy(() -> bpf.room().createAll(List.of(1L, 2L, 3L))).isInstanceOf(BatchException.class);
            events = recording.stop();
        }
        assertThat(events.stream()
                        .filter(event -> name(event).equals("nestmap.Error"))
                        .map(event -> event.getString("map") + " " + Errno.of(event.getInt("errno"))))
                .containsExactly("guest_map E2BIG", "room EEXIST", "room EEXIST");
    }

    /** These methods fail while they read a map batch by batch, or create a map. */
    @Test
    void recordsFailuresOfIterationsAndNewMaps() {
        List<RecordedEvent> events;
        try (ObservedBpf bpf = ObservedBpf.inMemory();
                FlightRecording recording = new FlightRecording()) {
            GuestMap guests = bpf.room().create(1);
            guests.put(new Guest(1, 1, 1));
            List<ThrowingCallable> iterations = List.of(
                    () -> guests.forEach(guest -> {}),
                    () -> guests.forEach(new GuestMap.View(), guest -> {}),
                    () -> guests.forEachBytes((key, value) -> {}),
                    () -> guests.iterator().hasNext(),
                    guests::count,
                    guests::isEmpty,
                    guests::clear);
            for (ThrowingCallable iteration : iterations) {
                failsNext(bpf, "guest_map", MemoryFaults.Call.ITERATE, iteration);
            }
            failsNext(bpf, "guest_map", MemoryFaults.Call.TAKE, () -> guests.getAndRemoveAll(guest -> {}));
            failsNext(
                    bpf, "guest_map", MemoryFaults.Call.CREATE, () -> bpf.room().detached());
            List<ThrowingCallable> slots = List.of(
                    () -> bpf.room().forEach((key, map) -> {}),
                    () -> bpf.room().keys(),
                    () -> bpf.room().discardAll());
            for (ThrowingCallable iteration : slots) {
                failsNext(bpf, "room", MemoryFaults.Call.ITERATE, iteration);
            }
            events = recording.stop();
        }
        assertThat(events.stream()
                        .filter(event -> name(event).equals("nestmap.Error"))
                        .map(event -> event.getString("operation") + " " + event.getString("map")))
                .containsExactlyElementsOf(Stream.of(
                                Collections.nCopies(7, "iteration guest_map"),
                                List.of("removal of entries guest_map", "creation guest_map"),
                                Collections.nCopies(3, "iteration room"))
                        .flatMap(List::stream)
                        .toList());
    }

    private static void failsNext(ObservedBpf bpf, String map, MemoryFaults.Call call, ThrowingCallable operation) {
        MemoryFaults.of(bpf).failNext(map, call, Errno.EPERM);
        assertThatThrownBy(operation).isInstanceOf(BpfException.class);
    }

    @Test
    void recordsEachOperationOnSlots() {
        List<RecordedEvent> events;
        try (ObservedBpf bpf = ObservedBpf.inMemory();
                FlightRecording recording = new FlightRecording()) {
            bpf.room().createAll(List.of(1L, 2L));
            GuestMap first = Objects.requireNonNull(bpf.room().get(1));
            discardDisplaced(bpf.room().share(3, first));
            discardDisplaced(bpf.room().swap(2, bpf.room().detached()));
            bpf.room().discard(3);
            List<Displaced<Long, GuestMap>> rotated = bpf.room().rotateAll(List.of(1L, 2L, 4L));
            assertThat(rotated).hasSize(2);
            discardDisplaced(rotated);
            Objects.requireNonNull(bpf.room().take(2)).acknowledge();
            events = recording.stop();
        }
        assertThat(events.stream()
                        .filter(event -> !name(event).equals("nestmap.Publish"))
                        .map(FlightRecorderTest::slots))
                .containsExactly(
                        "nestmap.Create room 2 0",
                        "nestmap.Share room 1 0",
                        "nestmap.Swap room 1 0",
                        "nestmap.Discard room 1 0",
                        "nestmap.Rotate room 2 0",
                        "nestmap.Take room 1 0");
        assertThat(events.stream()
                        .filter(event -> name(event).equals("nestmap.Publish"))
                        .mapToLong(event -> event.getLong("changed"))
                        .sum())
                .isEqualTo(8);
    }

    @Test
    void recordsHowLongARotationWaits() {
        List<RecordedEvent> events;
        try (ObservedBpf bpf = ObservedBpf.inMemory();
                FlightRecording recording = new FlightRecording()) {
            bpf.room().create(1);
            Objects.requireNonNull(bpf.room().rotate(1)).acknowledge();
            events = recording.stop();
        }
        RecordedEvent rotation = only(events, "nestmap.Rotate");
        RecordedEvent update = events.stream()
                .filter(event -> name(event).equals("nestmap.Publish")
                        && event.getStartTime().isAfter(rotation.getStartTime()))
                .findFirst()
                .orElseThrow();

        assertThat(rotation.getDuration("publishWait"))
                .isGreaterThanOrEqualTo(update.getDuration())
                .isLessThanOrEqualTo(rotation.getDuration());
        assertThat(rotation.getDuration("lockWait").plus(rotation.getDuration("publishWait")))
                .isGreaterThan(Duration.ZERO)
                .isLessThanOrEqualTo(rotation.getDuration());
        assertThat(rotation.getThread().getJavaName())
                .isEqualTo(Thread.currentThread().getName());
    }

    @Test
    void recordsMissesAndErrors() {
        List<RecordedEvent> events;
        try (ObservedBpf bpf = ObservedBpf.inMemory();
                FlightRecording recording = new FlightRecording()) {
            bpf.room().request(1);
            bpf.room().request(2);
            try (OnDemandServer<Long> server = bpf.room()
                    .serveRequests(
                            OnDemandServer.Options.defaults().withPollInterval(Duration.ofDays(1)), served -> {})) {
                while (bpf.room().count() < 2) {
                    server.serve();
                }
            }
            GuestMap guests = Objects.requireNonNull(bpf.room().get(1));
            for (long number = 0; number < 4; number++) {
                guests.put(new Guest(number, 1, 90));
            }
            assertThatThrownBy(() -> guests.put(new Guest(4, 1, 90))).isInstanceOf(BpfException.class);
            bpf.room().discard(3); // nothing is there, which is no error
            events = recording.stop();
        }
        assertThat(events.stream()
                        .filter(event -> name(event).equals("nestmap.Misses"))
                        .mapToLong(event -> event.getLong("keys"))
                        .sum())
                .isEqualTo(2);
        RecordedEvent error = only(events, "nestmap.Error");
        assertThat(error.getString("operation")).isEqualTo("update");
        assertThat(error.getString("map")).isEqualTo("guest_map");
        assertThat(error.getInt("errno")).isEqualTo(7);
    }

    @Test
    void worksWithoutTheFlightRecorder() throws IOException {
        assertThat(new ChildVm()
                        .with("--limit-modules", "java.base,java.logging,java.management,jdk.unsupported")
                        .run(WithoutRecorder.class))
                .isEqualTo(
                        "recorder false, rotated 5, listened [CREATE room_requests 1, CREATE room 1, ROTATE room 1]\n");
    }

    /** The first event class of a JVM takes some 50 ms of its start, most of it in {@code jdk.jfr.internal}. */
    @Test
    void usesNoEventClassBeforeARecordingStarts() throws IOException {
        assertThat(new ChildVm().with("-Xlog:class+load").run(WithoutRecorder.class))
                .contains("recorder true, rotated 5", "FlightRecorderListener")
                .doesNotContain("FlightEvents");
    }

    /** {@code jfr metadata} explains the events to users. */
    @Test
    void everyEventAndFieldHasALabel() throws IOException {
        try (FlightRecording recording = new FlightRecording()) { // the recorder knows the events that have been used
            for (Operation.Kind kind : Operation.Kind.values()) {
                assertThat(RunningOperation.of(kind, "room", RunningOperation::isObserved))
                        .isTrue();
            }
            OperationListeners.missed(new Misses("room", 1, 1, Duration.ZERO));
            OperationListeners.leaving(BpfException.of(7, "update").map("room").build());
            assertThat(recording.stop()).hasSize(Operation.Kind.values().length + 2);
        }
        assertThat(FlightRecording.types()).allSatisfy(type -> {
            assertThat(type.getLabel()).as(type.getName()).isNotBlank();
            assertThat(type.getFields())
                    .allSatisfy(field -> assertThat(field.getLabel())
                            .as("%s in %s", field.getName(), type.getName())
                            .isNotBlank());
        });
    }

    private static RecordedEvent only(List<RecordedEvent> events, String name) {
        List<RecordedEvent> found =
                events.stream().filter(event -> name(event).equals(name)).toList();
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private static String name(RecordedEvent event) {
        return event.getEventType().getName();
    }

    private static String slots(RecordedEvent event) {
        return name(event) + " " + event.getString("map") + " " + event.getLong("changed") + " "
                + event.getLong("failed");
    }
}
