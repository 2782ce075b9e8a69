/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.views;

import com.sun.management.ThreadMXBean;
import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.tests.views.EntryViews.Hop;
import dev.nestmap.tests.views.EntryViews.Price;
import dev.nestmap.tests.views.EntryViews.Route;
import dev.nestmap.tests.views.EntryViews.Slot;
import dev.nestmap.tests.views.EntryViews.Visit;
import dev.nestmap.tests.views.EntryViewsBpf.HopMap;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.function.IntSupplier;

/**
 * Prints how many bytes the calls of an accessor allocate whose keys and records the program does not keep. If the JIT has compiled a call
 * into the program, it makes no such objects.
 */
final class CallAllocations {
    /** The number of calls that are measured. */
    static final int MEASURED = 5;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int CALLS = 20_000;

    /** After so many rounds of calls the JIT has compiled what it will compile. Usually seven are enough. */
    private static final int MOST_ROUNDS = 40;

    private static final int KEYS = 32;
    /** The number of events that a call takes out, so that the garbage of the program's run is a byte or two for each. */
    private static final int EVENTS = 1_000;

    private static final byte[] PACKET = new byte[64];

    private final EntryViewsBpf bpf;
    private final HopMap hops;
    private int seen;

    private CallAllocations(EntryViewsBpf bpf) {
        this.bpf = bpf;
        this.hops = bpf.hop();
    }

    /** Measures calls of the object in this file. */
    public static void main(String... arguments) {
        try (EntryViewsBpf bpf = EntryViewsBpf.load(Path.of(arguments[0]))) {
            for (int i = 0; i < CALLS; i++) {
                useOthers(bpf, i);
            }
            CallAllocations calls = new CallAllocations(bpf);
            print("put", calls::puts);
            print("get", calls::gets);
            print("contains", calls::contained);
            print("remove and put", calls::removals);
            print("consume", calls::consumed);
        }
    }

    /** Uses maps of other classes, so that the JIT can't know the accessor from what the base classes have seen. */
    private static void useOthers(EntryViewsBpf bpf, int time) {
        Visit visit = EntryViewsContract.visit(1, time % KEYS);
        EntryViewsBpf.VisitMap visits = bpf.shop().getOrCreate(1);
        visits.put(visit);
        visits.get(visit.place());
        visits.contains(visit.place());
        visits.remove(visit.place());
        bpf.price().put(new Price(time % KEYS, time));
        bpf.price().get(time % KEYS);
        bpf.price().contains(time % KEYS);
        bpf.price().remove(time % KEYS);
        bpf.slot().put(new Slot(time % 8, time, 1));
        bpf.slot().get(time % 8);
        bpf.program("emit").testRun(PACKET);
        bpf.event().consume(event -> {});
    }

    private static void print(String call, IntSupplier calls) {
        long bytes = Long.MAX_VALUE;
        int rounds = 0;
        for (; rounds < MOST_ROUNDS && bytes >= CALLS; rounds++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            int successes = calls.getAsInt();
            bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
            if (successes != CALLS) {
                throw new AssertionError(call + ": " + successes + " of " + CALLS + " calls found their entry");
            }
        }
        System.out.println(call + ": " + bytes / CALLS + " bytes after " + rounds + " rounds");
    }

    // Each returns the number of calls that found their entry.

    private int puts() {
        for (int i = 0; i < CALLS; i++) {
            hops.put(new Hop(new Route(i % KEYS, 7), i, 1));
        }
        return CALLS;
    }

    private int gets() {
        int found = 0;
        for (int i = 0; i < CALLS; i++) {
            Hop hop = hops.get(new Route(i % KEYS, 7));
            if (hop != null && hop.bytes() == 1) {
                found++;
            }
        }
        return found;
    }

    private int contained() {
        int found = 0;
        for (int i = 0; i < CALLS; i++) {
            if (hops.contains(new Route(i % KEYS, 7))) {
                found++;
            }
        }
        return found;
    }

    private int removals() {
        int removed = 0;
        for (int i = 0; i < CALLS; i++) {
            if (hops.remove(new Route(i % KEYS, 7))) {
                removed++;
            }
            hops.put(new Hop(new Route(i % KEYS, 7), i, 1));
        }
        return removed;
    }

    private int consumed() {
        seen = 0;
        for (int i = 0; i < CALLS; i += EVENTS) {
            bpf.program("emit_note").testRun(TestRun.Input.packet(PACKET).withRepeat(EVENTS));
            bpf.note().consume(note -> seen += note.time() == 1 && note.pid() == 2 ? 1 : 0);
        }
        return seen;
    }
}
