/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import dev.nestmap.benchmarks.OtherMaps.Blocked;
import dev.nestmap.benchmarks.OtherMaps.Hit;
import dev.nestmap.benchmarks.OtherMaps.Limit;
import dev.nestmap.benchmarks.OtherMaps.Name;
import dev.nestmap.benchmarks.OtherMaps.Opened;
import dev.nestmap.benchmarks.OtherMaps.Path;
import dev.nestmap.benchmarks.OtherMaps.Recent;
import dev.nestmap.benchmarks.OtherMaps.Row;
import dev.nestmap.runtime.EntryView;
import dev.nestmap.runtime.HashAccessor;
import dev.nestmap.runtime.KeyedAccessor;
import dev.nestmap.runtime.NestedKey;
import dev.nestmap.runtime.attach.TestRun;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * Uses the maps of {@link OtherMaps} with the operations that are measured. The JIT compiles a method for the classes that it has seen
 * there. Without this, a benchmark would be measured as if the process used a single map.
 */
final class OtherUse {
    private static final int KEYS = 64;
    private static final int INNER_MAPS = 8;

    private static final OtherMapsBpf.OpenedMap.View OPENED = new OtherMapsBpf.OpenedMap.View();
    private static final OtherMapsBpf.BlockedMap.View BLOCKED = new OtherMapsBpf.BlockedMap.View();
    private static final OtherMapsBpf.RecentMap.View RECENT = new OtherMapsBpf.RecentMap.View();
    private static final OtherMapsBpf.LimitMap.View LIMIT = new OtherMapsBpf.LimitMap.View();
    private static final OtherMapsBpf.NameMap.View NAME = new OtherMapsBpf.NameMap.View();
    private static final OtherMapsBpf.HitMap.View DISK_HIT = new OtherMapsBpf.HitMap.View();
    private static final OtherMapsBpf.RowMap.View TABLE_ROW = new OtherMapsBpf.RowMap.View();
    private static final OtherMapsBpf.SignalMap.View SIGNAL = new OtherMapsBpf.SignalMap.View();

    private OtherUse() {}

    /** Uses each map about that many times. */
    static void of(int times) {
        try (OtherMapsBpf bpf = OtherMapsBpf.load()) {
            for (long device = 0; device < INNER_MAPS; device++) {
                bpf.disk().create(device);
                bpf.table().create((int) device);
            }
            for (int i = 0; i < times; i++) {
                use(bpf, i);
            }
        }
    }

    private static void use(OtherMapsBpf bpf, int time) {
        OtherMapsBpf.OpenedMap opened = bpf.opened();
        useHash(opened, time, n -> new Path("cat", n), n -> new Opened(new Path("cat", n), n), OPENED, key -> {
            opened.get(key);
            opened.get(key, OPENED);
            opened.remove(key);
        });
        OtherMapsBpf.BlockedMap blocked = bpf.blocked();
        useHash(blocked, time, n -> n, n -> new Blocked(n, n), BLOCKED, key -> {
            blocked.get(key);
            blocked.get(key, BLOCKED);
            blocked.remove(key);
        });
        OtherMapsBpf.RecentMap recent = bpf.recent();
        useHash(recent, time, n -> (int) n, n -> new Recent((int) n, n), RECENT, key -> {
            recent.get(key);
            recent.get(key, RECENT);
            recent.remove(key);
        });
        OtherMapsBpf.LimitMap limit = bpf.limit();
        useKeyed(limit, time, n -> (int) n, n -> new Limit((int) n, n, n), LIMIT, key -> {
            limit.get(key);
            limit.get(key, LIMIT);
        });
        OtherMapsBpf.NameMap name = bpf.name();
        useKeyed(name, time, n -> (int) n, n -> new Name((int) n, "a"), NAME, key -> {
            name.get(key);
            name.get(key, NAME);
        });
        OtherMapsBpf.HitMap hits = bpf.disk().getOrCreate(time % INNER_MAPS);
        useHash(hits, time, n -> n, n -> new Hit(n, n), DISK_HIT, key -> {
            hits.get(key);
            hits.get(key, DISK_HIT);
            hits.remove(key);
        });
        OtherMapsBpf.RowMap rows = bpf.table().getOrCreate(time % INNER_MAPS);
        useKeyed(rows, time, n -> (int) n, n -> new Row((int) n, n), TABLE_ROW, key -> {
            rows.get(key);
            rows.get(key, TABLE_ROW);
        });
        bpf.disk().get(time % INNER_MAPS, time % KEYS);
        bpf.disk().get(time % INNER_MAPS, time % KEYS, DISK_HIT);
        bpf.table().get(time % INNER_MAPS, time % KEYS);
        bpf.table().get(time % INNER_MAPS, time % KEYS, TABLE_ROW);
        if (time % KEYS == 0) {
            useNests(bpf);
            bpf.program("emit_signals").testRun(TestRun.Input.none());
            bpf.signal().consume(signal -> {});
            bpf.program("emit_signals").testRun(TestRun.Input.none());
            bpf.signal().consume(SIGNAL, signal -> {});
        }
    }

    private static void useNests(OtherMapsBpf bpf) {
        bpf.disk().forEach((device, hits) -> hits.forEach(hit -> {}));
        bpf.disk().forEachEntry((device, hit) -> {});
        bpf.disk().forEachEntry(DISK_HIT, (device, hit) -> {});
        List<NestedKey<Long, Long>> hits = List.of(new NestedKey<>(0L, 0L), new NestedKey<>(1L, 1L));
        bpf.disk().getAll(hits);
        bpf.table().forEach((id, rows) -> rows.forEach(row -> {}));
        bpf.table().forEachEntry((id, row) -> {});
        bpf.table().forEachEntry(TABLE_ROW, (id, row) -> {});
        List<NestedKey<Integer, Integer>> rows = List.of(new NestedKey<>(0, 0), new NestedKey<>(1, 1));
        bpf.table().getAll(rows);
    }

    private static <K, E> void useHash(
            HashAccessor<K, E> map,
            int time,
            LongFunction<K> key,
            LongFunction<E> entry,
            EntryView<E> view,
            Consumer<K> readAndRemove) {
        useKeyed(map, time, key, entry, view, readAndRemove);
        map.putIfAbsent(entry.apply(time % KEYS));
        if (time % KEYS == 0) {
            map.removeAll(List.of(key.apply(0), key.apply(1)));
            map.getAndRemoveAll(taken -> {});
        }
    }

    private static <K, E> void useKeyed(
            KeyedAccessor<K, E> map,
            int time,
            LongFunction<K> key,
            LongFunction<E> entry,
            EntryView<E> view,
            Consumer<K> read) {
        map.put(entry.apply(time % KEYS));
        read.accept(key.apply(time % KEYS));
        if (time % KEYS == 0) {
            map.putAll(List.of(entry.apply(0), entry.apply(1)));
            map.getAll(List.of(key.apply(0), key.apply(1)));
            map.getAll(List.of(key.apply(0), key.apply(1)), view, found -> {});
            map.forEach(found -> {});
            map.forEach(view, found -> {});
        }
    }
}
