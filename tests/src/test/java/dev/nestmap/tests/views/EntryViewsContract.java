/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.views;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertThrown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.ArrayView;
import dev.nestmap.runtime.NestedKey;
import dev.nestmap.runtime.WritableArrayView;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.tests.toolchain.ObjectContract;
import dev.nestmap.tests.views.EntryViews.Job;
import dev.nestmap.tests.views.EntryViews.Kind;
import dev.nestmap.tests.views.EntryViews.Place;
import dev.nestmap.tests.views.EntryViews.Point;
import dev.nestmap.tests.views.EntryViews.Price;
import dev.nestmap.tests.views.EntryViews.Sale;
import dev.nestmap.tests.views.EntryViews.Slot;
import dev.nestmap.tests.views.EntryViews.Visit;
import dev.nestmap.tests.views.EntryViewsBpf.PriceMap;
import dev.nestmap.tests.views.EntryViewsBpf.SaleMap;
import dev.nestmap.tests.views.EntryViewsBpf.VisitMap;
import dev.nestmap.types.Ipv4Prefix;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Views show the entries that accessors read, both in the kernel and in memory. */
abstract class EntryViewsContract extends ObjectContract<EntryViewsBpf> {
    static Visit visit(long shop, int number) {
        Inet4Address address = Ipv4Prefix.parse("10.0.0." + number + "/32").address();
        Place place = new Place(number, 65_535 - number, new Point(number, 65_535));
        return new Visit(place, shop * 1_000 + number, Kind.OLD, new Point(1, number), address);
    }

    /** Makes a record of all components that a view shows. */
    static Visit shown(VisitMap.View view) {
        Point corner =
                new Point(view.place().corner().x(), view.place().corner().y());
        Place place = new Place(view.place().street(), view.place().port(), corner);
        return new Visit(
                place,
                view.count(),
                view.kind(),
                new Point(view.last().x(), view.last().y()),
                view.from());
    }

    @Test
    void entriesThatCantBeDecodedHideNoOthers() {
        Set<Long> expected = new HashSet<>();
        for (long id = 0; id < 100; id++) {
            bpf.price().put(new Price(id, id % 10 == 3 ? Price.ODD : id));
            if (id % 10 != 3) {
                expected.add(id);
            }
        }
        List<Long> seen = new ArrayList<>();
        Price.rejectsOdd = true;
        try {
            assertThatThrownBy(() -> bpf.price().forEach(price -> seen.add(price.id())))
                    .isInstanceOf(BpfException.class)
                    .hasMessageContainingAll("10 entries can't be decoded, and all others were passed", "an odd price");
        } finally {
            Price.rejectsOdd = false;
        }
        assertThat(seen).doesNotHaveDuplicates().hasSize(90).containsAll(expected);
    }

    /** Programs may never add zeros to a hash. Its key has a record whose constructor refuses them. */
    @Test
    void aRecordThatRefusesZerosOfAHashIsLogged() {
        Point.rejectsZeros = true;
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            open().close();
            assertThat(log.only())
                    .startsWith(
                            "map visit_map: for an entry of zeros, as programs may add it, the constructor of its record throws"
                                    + " java.lang.IllegalArgumentException: no point");
        } finally {
            Point.rejectsZeros = false;
        }
    }

    @Test
    void anActionThatThrowsEndsTheIteration() {
        bpf.price().putAll(List.of(new Price(1, 1), new Price(2, 2), new Price(3, 3)));
        List<Price> seen = new ArrayList<>();

        assertThatThrownBy(() -> bpf.price().forEach(price -> {
                    seen.add(price);
                    if (seen.size() == 2) {
                        throw new IllegalArgumentException("enough");
                    }
                }))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("enough");
        assertThat(seen).hasSize(2);
    }

    @Test
    void anInterruptedThreadReadsAllEntries() {
        bpf.price().putAll(List.of(new Price(1, 1), new Price(2, 2), new Price(3, 3)));
        List<Price> seen = new ArrayList<>();

        Thread.currentThread().interrupt();
        bpf.price().forEach(seen::add);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(seen).containsExactlyInAnyOrder(new Price(1, 1), new Price(2, 2), new Price(3, 3));
    }

    @Test
    void anActionMayUseTheMapAndIterateOverIt() {
        bpf.price().putAll(List.of(new Price(1, 1), new Price(2, 2), new Price(3, 3)));
        List<Price> seen = new ArrayList<>();

        bpf.price().forEach(outer -> {
            bpf.price().put(new Price(outer.id(), outer.cents() + 10));
            bpf.price().forEach(inner -> {
                if (inner.id() == outer.id()) {
                    seen.add(inner);
                }
            });
        });

        assertThat(seen).containsExactlyInAnyOrder(new Price(1, 11), new Price(2, 12), new Price(3, 13));
    }

    @Test
    void showsTheEntryOfAKey() {
        VisitMap visits = bpf.shop().create(1);
        visits.putAll(List.of(visit(1, 1), visit(1, 2)));
        VisitMap.View view = new VisitMap.View();

        assertThat(visits.get(visit(1, 2).place(), view)).isTrue();
        assertThat(shown(view)).isEqualTo(visit(1, 2));
        assertThat(view).hasToString(visit(1, 2).toString());
        visits.put(visit(7, 2));
        assertThat(shown(view)).as("a view shows what it has read").isEqualTo(visit(1, 2));
        assertThat(visits.get(visit(1, 1).place(), view)).isTrue();
        assertThat(shown(view)).isEqualTo(visit(1, 1));
    }

    @Test
    void showsTheEntryOfAPrimitiveKey() {
        bpf.price().put(new Price(1L << 40, 0xffff_ffffL));
        PriceMap.View view = new PriceMap.View();

        assertThat(bpf.price().get(1L << 40, view)).isTrue();
        assertThat(view.id()).isEqualTo(1L << 40);
        assertThat(view.cents()).isEqualTo(0xffff_ffffL);
        assertThat(bpf.price().get((Long) 3L, view)).isFalse();
    }

    @Test
    void hasNoEntryAfterAMissOrAFailure() {
        PriceMap.View view = new PriceMap.View();
        assertNoEntry(view);
        bpf.price().put(new Price(1, 2));
        assertThat(bpf.price().get(1, view)).isTrue();
        assertThat(bpf.price().get(2, view)).isFalse();
        assertNoEntry(view);

        SaleMap.View sale = new SaleMap.View();
        SaleMap sales = bpf.till().create(1);
        sales.putForEachCpu(new Sale(1, 5));
        assertThat(sales.get(1, sale)).isTrue();
        assertThrown(IllegalArgumentException.class, () -> sales.get(-1, sale), "Sale.id", "-1");
        assertThrown(IllegalStateException.class, sale::sum);
        assertThat(sales.get(1, sale)).isTrue();
        bpf.till().discard(1);
        assertThatThrownBy(() -> sales.get(1, sale)).isInstanceOf(InvalidHandleException.class);
        assertThatIllegalStateException().isThrownBy(() -> sale.cpu(0));
    }

    private static void assertNoEntry(PriceMap.View view) {
        assertThrown(IllegalStateException.class, view::cents)
                .hasMessage(
                        "Price.cents can't be read: the view has no entry. A view has an entry after a read by key has returned true, and "
                                + "in an action until the action returns");
        assertThatIllegalStateException().isThrownBy(view::id);
        assertThat(view).hasToString("no entry");
    }

    @Test
    void showsTheEntriesOfSeveralKeys() {
        VisitMap visits = bpf.shop().create(1);
        visits.putAll(List.of(visit(1, 1), visit(1, 2), visit(1, 3)));
        VisitMap.View view = new VisitMap.View();
        List<Place> keys =
                List.of(visit(1, 3).place(), visit(1, 9).place(), visit(1, 1).place());
        List<Visit> seen = new ArrayList<>();

        visits.getAll(keys, view, each -> seen.add(shown(each)));

        assertThat(seen).containsExactly(visit(1, 3), visit(1, 1));
        assertThatIllegalStateException().isThrownBy(view::count);
        SaleMap sales = bpf.till().create(1);
        sales.putForEachCpu(new Sale(1, 5));
        SaleMap.View sale = new SaleMap.View();
        sales.getAll(
                List.of(7L, 1L),
                sale,
                each -> assertThat(each.cpu(sales.cpus() - 1).sum()).isEqualTo(5));
        assertThat(sales.getAll(List.of(1L, 2L))).containsOnlyKeys(1L);
    }

    @Test
    void showsEveryEntry() {
        VisitMap visits = bpf.shop().create(1);
        VisitMap.View view = new VisitMap.View();
        visits.forEach(view, any -> assertThat(any).isNull());
        List<Visit> written = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            written.add(visit(1, i));
        }
        visits.putAll(written);
        List<Visit> seen = new ArrayList<>();

        visits.forEach(view, each -> seen.add(shown(each)));

        assertThat(seen).containsExactlyInAnyOrderElementsOf(written);
        assertThatIllegalStateException().isThrownBy(view::count);
        assertThatIllegalStateException().isThrownBy(() -> view.last().x());
        assertThrown(
                UnsupportedOperationException.class,
                () -> visits.forEach(view, each -> {
                    throw new UnsupportedOperationException(each.toString());
                }),
                "Visit[");
        assertThatIllegalStateException().as("after an action that threw").isThrownBy(view::count);
    }

    /** An action may read by key with the same view: the view then has this entry for the rest of the action. */
    @Test
    @SuppressWarnings("NullAway") // null on purpose
    void anActionIsRequiredAlsoWithoutEntries() {
        PriceMap.View price = new PriceMap.View();
        VisitMap.View visit = new VisitMap.View();
        assertThrown(NullPointerException.class, () -> bpf.price().forEach(price, null))
                .hasMessage("action");
        assertThrown(NullPointerException.class, () -> bpf.shop().forEachEntry(visit, null))
                .hasMessage("action");
        assertThrown(NullPointerException.class, () -> bpf.shop().getAll(List.of(), visit, null))
                .hasMessage("action");
    }

    @Test
    void anActionMayUseTheViewForAnotherRead() {
        bpf.price().putAll(List.of(new Price(1, 10), new Price(2, 10), new Price(3, 77)));
        PriceMap.View view = new PriceMap.View();
        long[] sums = new long[2];

        bpf.price().forEach(view, each -> {
            sums[0] += each.cents();
            assertThat(bpf.price().get(3, view)).isTrue();
            sums[1] += each.cents();
        });

        assertThat(sums).containsExactly(97, 3 * 77);
    }

    @Test
    void drainsEveryEntry() {
        VisitMap visits = bpf.shop().create(1);
        visits.putAll(List.of(visit(1, 1), visit(1, 2), visit(1, 3)));
        VisitMap.View view = new VisitMap.View();
        List<Visit> seen = new ArrayList<>();

        assertThat(visits.getAndRemoveAll(view, each -> seen.add(shown(each)))).isEqualTo(3);

        assertThat(seen).containsExactlyInAnyOrder(visit(1, 1), visit(1, 2), visit(1, 3));
        assertThat(visits.count()).isZero();
        assertThatIllegalStateException().isThrownBy(view::kind);
    }

    @Test
    void showsEntriesOfInnerMaps() {
        Map<NestedKey<Long, Place>, Visit> written = new HashMap<>();
        for (long shop = 1; shop <= 3; shop++) {
            for (int i = 0; i < 20; i++) {
                Visit visit = visit(shop, i);
                bpf.shop().getOrCreate(shop).put(visit);
                written.put(new NestedKey<>(shop, visit.place()), visit);
            }
        }
        VisitMap.View view = new VisitMap.View();
        written.forEach((at, visit) -> {
            assertThat(bpf.shop().get(at.outer(), at.inner(), view)).isTrue();
            assertThat(shown(view)).isEqualTo(visit);
        });
        assertThat(bpf.shop().get(4, visit(4, 1).place(), view)).isFalse();
        assertThat(bpf.shop().get(1, visit(1, 99).place(), view)).isFalse();
        assertThatIllegalStateException().isThrownBy(view::count);

        List<NestedKey<Long, Place>> wanted = new ArrayList<>(written.keySet());
        wanted.add(0, new NestedKey<>(4L, visit(4, 1).place()));
        Map<NestedKey<Long, Place>, Visit> found = new HashMap<>();
        bpf.shop().getAll(wanted, view, (at, each) -> found.put(at, shown(each)));
        assertThat(found).isEqualTo(written);
        found.clear();
        bpf.shop().forEachEntry(view, (shop, each) -> {
            Visit visit = shown(each);
            assertThat(found.put(new NestedKey<>(shop, visit.place()), visit)).isNull();
        });
        assertThat(found).isEqualTo(written);
        assertThatIllegalStateException().isThrownBy(view::count);
    }

    @Test
    void showsTheValueOfEachCpu() {
        SaleMap sales = bpf.till().create(1);
        List<Sale> each = new ArrayList<>();
        for (int cpu = 0; cpu < sales.cpus(); cpu++) {
            each.add(new Sale(9, 100 + cpu));
        }
        sales.put(each);
        assertThat(Objects.requireNonNull(sales.get(9))).hasSize(sales.cpus());
        SaleMap.View view = new SaleMap.View();

        assertThat(sales.get(9, view)).isTrue();
        assertSums(view, sales.cpus());
        sales.forEach(view, one -> assertSums(one, sales.cpus()));
        assertThat(bpf.till().get(1, 9, view)).isTrue();
        assertSums(view, sales.cpus());
        bpf.till().forEachEntry(view, (till, one) -> assertSums(one, sales.cpus()));
        assertThat(bpf.till().get(1, 8, view)).isFalse();
    }

    private static void assertSums(SaleMap.View view, int cpus) {
        assertThat(view.id()).isEqualTo(9);
        assertThat(view.sum()).isEqualTo(100);
        for (int cpu = cpus - 1; cpu >= 0; cpu--) {
            assertThat(view.cpu(cpu).sum()).isEqualTo(100 + cpu);
        }
        assertThatThrownBy(() -> view.cpu(cpus)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> view.cpu(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void showsEntriesOfAMappedArray() {
        EntryViewsBpf.SlotMap.View entry = new EntryViewsBpf.SlotMap.View();
        try (WritableArrayView<Integer, Slot> slots = bpf.slot().writableView();
                ArrayView<Integer, Slot> read = bpf.slot().view()) {
            slots.put(new Slot(7, 1L << 40, 200));
            assertThat(read.get(7, entry)).isTrue();
            assertThat(entry.index()).isEqualTo(7);
            assertThat(entry.count()).isEqualTo(1L << 40);
            assertThat(entry.state()).isEqualTo(200);
            assertThat(read.get(8, entry)).isFalse();
            assertThatIllegalStateException().isThrownBy(entry::count);
            assertThat(read.get(-1, entry)).isFalse();
        }
    }

    @Test
    void showsEntriesOfAQueue() {
        bpf.job().push(new Job(5, 200));
        bpf.job().push(new Job(6, 1));
        EntryViewsBpf.JobMap.View view = new EntryViewsBpf.JobMap.View();

        assertThat(bpf.job().peek(view)).isTrue();
        assertThat(view).hasToString("Job[id=5, priority=200]");
        assertThat(bpf.job().poll(view)).isTrue();
        assertThat(view.id()).isEqualTo(5);
        assertThat(bpf.job().poll(view)).isTrue();
        assertThat(view.priority()).isEqualTo(1);
        assertThat(bpf.job().poll(view)).isFalse();
        assertThatIllegalStateException().isThrownBy(view::id);
        assertThat(bpf.job().peek(view)).isFalse();
    }
}
