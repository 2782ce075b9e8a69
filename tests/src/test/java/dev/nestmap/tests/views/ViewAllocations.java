/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.views;

import com.sun.management.ThreadMXBean;
import dev.nestmap.runtime.ArrayView;
import dev.nestmap.runtime.NestedKey;
import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.tests.views.EntryViews.Job;
import dev.nestmap.tests.views.EntryViews.Place;
import dev.nestmap.tests.views.EntryViews.Price;
import dev.nestmap.tests.views.EntryViews.Sale;
import dev.nestmap.tests.views.EntryViews.Slot;
import dev.nestmap.tests.views.EntryViews.Visit;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Prints how many bytes each read with a view allocates for an entry. */
final class ViewAllocations {
    /** The number of reads that are measured for each way to read inner maps. */
    static final int READS = 14;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 2_000;
    private static final int SCANS = 5;
    private static final int ENTRIES = 500;
    private static final int EVENTS = 150;

    private final EntryViewsBpf bpf;
    private final String path;
    private final List<NestedKey<Long, Place>> keys = new ArrayList<>();
    private long sum;

    private ViewAllocations(EntryViewsBpf bpf, String path) {
        this.bpf = bpf;
        this.path = path;
    }

    /** Measures reads of the object in this file, with a program that reads inner maps and without. */
    public static void main(String... arguments) {
        for (String path : List.of("program", "batch")) {
            System.setProperty("nestmap.bulk", path);
            try (EntryViewsBpf bpf = EntryViewsBpf.load(Path.of(arguments[0]))) {
                new ViewAllocations(bpf, path).measure();
            }
        }
    }

    private void measure() {
        for (int i = 0; i < ENTRIES; i++) {
            Visit visit = EntryViewsContract.visit(1, i % 250);
            bpf.shop().getOrCreate(1 + i / 250).put(visit);
            keys.add(new NestedKey<>(1L + i / 250, visit.place()));
            bpf.price().put(new Price(1_000_000 + i, i));
        }
        bpf.till().create(1_000).putForEachCpu(new Sale(2_000, 5));
        bpf.slot().put(new Slot(7, 9, 1));
        flatReads();
        nestedReads();
        otherReads();
    }

    private void flatReads() {
        EntryViewsBpf.PriceMap.View price = new EntryViewsBpf.PriceMap.View();
        EntryViewsBpf.VisitMap.View visit = new EntryViewsBpf.VisitMap.View();
        EntryViewsBpf.VisitMap visits = bpf.shop().getOrCreate(1);
        Place present = keys.get(3).inner();
        Place absent = EntryViewsContract.visit(1, 251).place();
        print("get by number", 1, () -> sum += bpf.price().get(1_000_000, price) ? price.cents() : 1);
        print("get by number, missing", 1, () -> sum += bpf.price().get(999_999, price) ? price.cents() : 1);
        print(
                "get",
                1,
                () -> sum += visits.get(present, visit) ? visit.place().corner().x() : 1);
        print("get, missing", 1, () -> sum += visits.get(absent, visit) ? visit.count() : 1);
        List<Place> places = new ArrayList<>();
        keys.forEach(key -> places.add(key.inner()));
        print("getAll of a map", ENTRIES, () -> visits.getAll(places, visit, each -> sum += each.count()));
        print("forEach", ENTRIES, () -> bpf.price().forEach(price, each -> sum += each.cents()));
    }

    private void nestedReads() {
        EntryViewsBpf.VisitMap.View visit = new EntryViewsBpf.VisitMap.View();
        EntryViewsBpf.SaleMap.View sale = new EntryViewsBpf.SaleMap.View();
        Place present = keys.get(3).inner();
        List<NestedKey<Long, Place>> all = List.copyOf(keys);
        print("nested get", 1, () -> sum += bpf.shop().get(1, present, visit) ? visit.count() : 1);
        print("nested get, missing", 1, () -> sum += bpf.shop().get(999, present, visit) ? visit.count() : 1);
        print(
                "nested get of each CPU",
                1,
                () -> sum += bpf.till().get(1_000, 2_000, sale) ? sale.cpu(0).sum() : 1);
        print("getAll", ENTRIES, () -> bpf.shop().getAll(all, visit, (key, each) -> sum += each.count()));
        print(
                "forEachEntry",
                ENTRIES,
                () -> bpf.shop()
                        .forEachEntry(visit, (key, each) -> sum += each.last().y()));
    }

    private void otherReads() {
        EntryViewsBpf.SlotMap.View slot = new EntryViewsBpf.SlotMap.View();
        EntryViewsBpf.JobMap.View job = new EntryViewsBpf.JobMap.View();
        EntryViewsBpf.EventMap.View event = new EntryViewsBpf.EventMap.View();
        try (ArrayView<Integer, Slot> slots = bpf.slot().view()) {
            print("array view", 1, () -> sum += slots.get(7, slot) ? slot.count() : 1);
        }
        bpf.job().push(new Job(1, 2));
        print("queue", 1, () -> sum += bpf.job().peek(job) ? job.id() : 1);
        long first = consume(event); // initializes classes
        print("ring buffer", Math.min(first, consume(event)), EVENTS);
    }

    /** Returns what it takes to consume the events of a program. */
    private long consume(EntryViewsBpf.EventMap.View event) {
        bpf.program("emit").testRun(TestRun.Input.packet(new byte[64]).withRepeat(EVENTS));
        long before = THREADS.getCurrentThreadAllocatedBytes();
        sum += bpf.event().consume(event, each -> sum += each.number());
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    /** Measures after calls that load classes and the program that reads inner maps. */
    private void print(String read, long entries, Runnable action) {
        int rounds = entries == 1 ? ROUNDS : SCANS;
        for (int i = 0; i < rounds; i++) {
            action.run();
        }
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < rounds; i++) {
            action.run();
        }
        print(read, THREADS.getCurrentThreadAllocatedBytes() - before, rounds * entries);
    }

    /** Prints how many bytes an entry takes, in multiples of 8: each object takes 8 or more. What a whole scan makes is less. */
    private void print(String read, long bytes, long entries) {
        System.out.println(path + ", " + read + ": " + bytes / entries / Long.BYTES * Long.BYTES + " bytes");
    }
}
