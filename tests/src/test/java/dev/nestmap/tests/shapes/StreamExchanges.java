/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.tests.shapes.EventsPerCpu.Event;
import dev.nestmap.tests.shapes.EventsPerCpu.Header;
import dev.nestmap.tests.shapes.TaskQueues.Task;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What programs exchange without keys: events and tasks. */
final class StreamExchanges {
    private StreamExchanges() {}

    static void perCpu(Path object) {
        EventsPerCpuBpf.Sizes sizes = new EventsPerCpuBpf.Sizes().ringbufs(64).event(1 << 16);
        try (EventsPerCpuBpf bpf = EventsPerCpuBpf.load(object, sizes)) {
            EventsPerCpuBpf.EventMap events = bpf.ringbufs().create(63);

            Shape.run(bpf);

            assertThat(events.poll()).isEqualTo(new Event(new Header(-1, 0, 0, 65535), 63));
            assertThat(events.poll()).isNull();
        }
    }

    static void perSlot(Path object) {
        try (EventsPerSlotBpf bpf = EventsPerSlotBpf.load(object)) {
            EventsPerSlotBpf.EventMap third = bpf.byCpu().create(3);

            Shape.run(bpf);

            assertThat(bpf.ringbuf1().poll()).isEqualTo(new EventsPerSlot.Event(1));
            assertThat(bpf.ringbuf1().poll()).isEqualTo(new EventsPerSlot.Event(4));
            assertThat(bpf.ringbuf2().poll()).isEqualTo(new EventsPerSlot.Event(-1));
            assertThat(third.poll()).isEqualTo(new EventsPerSlot.Event(5));
        }
    }

    static void containers(Path object) {
        try (TracedContainersBpf bpf = TracedContainersBpf.load(object)) {
            TracedContainersBpf.SyscallMap calls = bpf.containers().create(-1, TracedContainersBpf.SyscallMap::open);

            Shape.run(bpf);

            List<TracedContainers.Syscall> seen = new ArrayList<>();
            calls.consume(seen::add, lost -> assertThat(lost).isZero());
            assertThat(seen).containsExactly(new TracedContainers.Syscall(-1, 7));
        }
    }

    static void queues(Path object) {
        try (TaskQueuesBpf bpf = TaskQueuesBpf.load(object)) {
            bpf.queue0().push(new Task(4_000_000_000L));

            Shape.run(bpf);

            assertThat(bpf.queue4().poll()).isEqualTo(new Task(7));
            assertThat(bpf.queue4().poll()).isEqualTo(new Task(8));
            assertThat(bpf.queue0().poll()).isNull();
        }
    }
}
