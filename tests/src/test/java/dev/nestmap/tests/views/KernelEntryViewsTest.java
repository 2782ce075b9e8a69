/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.views;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.BPF_EXCEPTION;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.views.EntryViews.Event;
import dev.nestmap.tests.views.EntryViews.Kind;
import dev.nestmap.tests.views.EntryViews.Lamp;
import dev.nestmap.tests.views.EntryViews.Lane;
import dev.nestmap.tests.views.EntryViews.Visit;
import dev.nestmap.tests.views.EntryViewsBpf.BlockedMap;
import dev.nestmap.tests.views.EntryViewsBpf.EventMap;
import dev.nestmap.tests.views.EntryViewsBpf.VisitMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Views read entries and events without allocation. */
@KernelTest
class KernelEntryViewsTest extends EntryViewsContract {
    @Override
    protected EntryViewsBpf open() {
        return EntryViewsBpf.load(BpfObjects.of("entry_views"));
    }

    /** The generated loop leaves such a key to the shared one. */
    @Test
    void warnsOfAKeyWhosePaddingIsNotZero() {
        VisitMap visits = bpf.shop().create(1);
        visits.putAll(List.of(visit(1, 1), visit(1, 2), visit(1, 3)));
        visits.toBytes(visit(1, 2), (key, value) -> writeOdd(visits.id(), key, 11, 0xa5, value));
        List<Visit> seen = new ArrayList<>();

        assertWarns(() -> visits.forEach(seen::add), "visit_map", visit(1, 2).place(), "00a5 instead of ");
        assertThat(seen).containsExactlyInAnyOrder(visit(1, 1), visit(1, 2), visit(1, 2), visit(1, 3));
    }

    /** In C, a bool has the byte 0 or 1. */
    @Test
    void warnsOfAKeyWhoseBoolIsNeither() {
        Lamp lamp = new Lamp(new Lane(7, true), 3);
        bpf.lamp().put(lamp);
        bpf.lamp().toBytes(lamp, (key, value) -> writeOdd(bpf.lamp().id(), key, 4, 2, value));
        List<Lamp> seen = new ArrayList<>();

        assertWarns(() -> bpf.lamp().forEach(seen::add), "lamp", lamp.lane(), "02000000 instead of ");
        assertThat(seen).containsExactly(lamp, lamp);
    }

    /** Writes an entry with another byte in its key. */
    private static void writeOdd(int id, ByteBuffer key, int at, int odd, ByteBuffer value) {
        OffHeapBlock block = OffHeapBlock.allocate(64);
        int valueAt = 16;
        block.bytes().put(0, key, 0, key.remaining()).put(at, (byte) odd);
        block.bytes().put(valueAt, value, 0, value.remaining());
        try (RawMap raw = Objects.requireNonNull(new KernelMapFactory().open(id))) {
            assertThat(raw.update(block, 0, valueAt, 0)).isZero();
        }
    }

    private static void assertWarns(Runnable read, String map, Object key, String bytes) {
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            read.run();
            assertThat(log.messages())
                    .singleElement()
                    .asString()
                    .startsWith("map " + map + " has an entry whose key " + key + " has the bytes ")
                    .contains(bytes);
        }
    }

    @Test
    void showsEvents() throws InterruptedException {
        EventMap.View view = new EventMap.View();
        List<String> seen = new ArrayList<>();
        assertThat(bpf.event().consume(view, each -> seen.add(each.toString()))).isZero();
        bpf.program("emit").testRun(TestRun.Input.packet(new byte[64]).withRepeat(3));

        assertThat(bpf.event()
                        .consume(Duration.ofMinutes(1), view, each -> seen.add(each.number() + " " + each.kind())))
                .isEqualTo(3);

        assertThat(seen).containsExactly("0 NEW", "1 OLD", "2 NEW");
        assertThatIllegalStateException().isThrownBy(view::number);
    }

    @Test
    void showsTheNextEventAfterAnActionHasUsedTheView() {
        EventMap.View view = new EventMap.View();
        List<Long> seen = new ArrayList<>();
        bpf.program("emit").testRun(TestRun.Input.packet(new byte[64]).withRepeat(3));

        bpf.event().consume(view, each -> {
            seen.add(each.number());
            assertThat(bpf.event().consume(view, other -> {})).isZero(); // the view has no entry then
        });

        assertThat(seen).containsExactly(0L, 1L, 2L);
    }

    private void emitAnOddEvent() {
        for (String program : List.of("emit", "emit_odd", "emit")) {
            bpf.program(program).testRun(new byte[64]);
        }
    }

    /** Given back, it would fail each further call, and the events after it would be lost. */
    @Test
    void anEventThatIsNoRecordBlocksNoOther() {
        emitAnOddEvent();
        List<Event> seen = new ArrayList<>();

        assertBpfException(() -> bpf.event().consume(seen::add))
                .isOf("read")
                .onMap("event")
                .hasMessageEndingWith(
                        "read of Event.kind: the value is 7, which no constant of enum Kind has: add the constant, or a constant with"
                                + " @EnumValue(unknown = true), which stands for all other values");
        assertThat(bpf.event().consume(seen::add)).isEqualTo(1);
        assertThat(seen).containsExactly(new Event(0, Kind.NEW), new Event(1, Kind.OLD));
    }

    @Test
    void anEventThatAViewCantReadBlocksNoOther() {
        emitAnOddEvent();
        EventMap.View view = new EventMap.View();
        List<Kind> seen = new ArrayList<>();

        assertThatThrownBy(() -> bpf.event().consume(view, each -> seen.add(each.kind())))
                .asInstanceOf(BPF_EXCEPTION)
                .hasMessageContaining("read of Event.kind: the value is 7, which no constant of enum Kind has");
        assertThatThrownBy(() -> bpf.event().consume(view, each -> {
                    throw BpfException.of(Reason.FULL, "write of map total").because("it is full");
                }))
                .hasMessageContaining("it is full");
        assertThat(bpf.event().consume(view, each -> seen.add(each.kind()))).isEqualTo(1);
        assertThat(seen).containsExactly(Kind.NEW, Kind.OLD);
    }

    /** The bits after the length are not zero. */
    @Test
    void anEventWithAnInvalidPrefixBlocksNoOther() {
        BlockedMap.View view = new BlockedMap.View();
        List<String> seen = new ArrayList<>();
        bpf.program("emit_blocked").testRun(TestRun.Input.packet(new byte[64]).withRepeat(2));

        assertThatThrownBy(() ->
                        bpf.blocked().consume(view, each -> seen.add(each.net().toString())))
                .hasMessageContaining("/31");
        assertThat(bpf.blocked().consume(view, each -> seen.add(each.net().toString())))
                .isEqualTo(1);
        assertThat(seen).containsExactly("255.255.255.255/32");
    }

    /**
     * In a VM whose compiler does no escape analysis, so that each object that the code makes counts. A scan may allocate some objects,
     * but none for each entry.
     */
    @Test
    void readsAllocateNothingForAnEntry() throws IOException {
        String output = new ChildVm()
                .run(ViewAllocations.class, BpfObjects.of("entry_views").toString());

        Stream<String> measured = output.lines().filter(line -> line.contains(" bytes"));
        assertThat(measured).as(output).hasSize(2 * ViewAllocations.READS).allMatch(line -> line.endsWith(": 0 bytes"));
    }
}
