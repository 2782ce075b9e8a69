/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.views;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertThrown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.ArrayView;
import dev.nestmap.runtime.WritableArrayView;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.tests.toolchain.ObjectContract;
import dev.nestmap.tests.views.Views.Color;
import dev.nestmap.tests.views.Views.Config;
import dev.nestmap.tests.views.Views.Hit;
import dev.nestmap.tests.views.Views.Label;
import dev.nestmap.tests.views.Views.Lamp;
import dev.nestmap.tests.views.Views.Packet;
import dev.nestmap.tests.views.Views.Small;
import dev.nestmap.tests.views.Views.Steps;
import dev.nestmap.tests.views.ViewsBpf.HitMap;
import dev.nestmap.tests.views.ViewsBpf.LabelMap;
import dev.nestmap.tests.views.ViewsBpf.LampMap;
import dev.nestmap.tests.views.ViewsBpf.SmallMap;
import dev.nestmap.tests.views.ViewsBpf.StepsMap;
import java.lang.reflect.Method;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Views of arrays share the entries of the map, both in the kernel and in memory. */
abstract class ViewsContract extends ObjectContract<ViewsBpf> {
    @Test
    void aViewSharesTheEntriesOfTheMap() {
        HitMap hits = bpf.host().create(1);
        try (WritableArrayView<Integer, Hit> view = hits.writableView()) {
            hits.put(new Hit(3, 1L << 40, 0xffff_fff0L, -1, 200));
            assertThat(view.get(3)).isEqualTo(new Hit(3, 1L << 40, 0xffff_fff0L, -1, 200));
            assertThat(view.get(2)).isEqualTo(new Hit(2, 0, 0, 0, 0));
            view.put(new Hit(7, 1, 2, 3, 4));
            assertThat(hits.get(7)).isEqualTo(new Hit(7, 1, 2, 3, 4));
            assertThat(hits.get(6)).isEqualTo(new Hit(6, 0, 0, 0, 0));
            assertThat(view.maxEntries()).isEqualTo(8);
        }
    }

    @Test
    void valuesBeginAtMultiplesOfEightBytes() {
        try (WritableArrayView<Integer, Small> view = bpf.small().writableView()) {
            Random random = new Random(42);
            for (int i = 0; i < 1000; i++) {
                Small entry = new Small(i, Integer.toUnsignedLong(random.nextInt()));
                if (i % 2 == 0) {
                    bpf.small().put(entry);
                    assertThat(view.get(i)).isEqualTo(entry);
                } else {
                    view.put(entry);
                }
            }
            random.setSeed(42);
            List<Small> entries = new ArrayList<>();
            bpf.small().forEach(entries::add);
            assertThat(entries).hasSize(1000);
            assertThat(entries).allMatch(entry -> entry.count() == Integer.toUnsignedLong(random.nextInt()));
        }
    }

    @Test
    void rejectsIndicesOutOfRange() {
        try (WritableArrayView<Integer, Small> view = bpf.small().writableView()) {
            assertThat(view.get(1000)).isNull();
            assertThat(view.get(-1)).isNull();
            assertBpfException(() -> view.put(new Small(1000, 1)), "0 to 999").hasErrno(Errno.E2BIG);
            assertBpfException(() -> view.put(new Small(-1, 1)), "0 to 999").hasErrno(Errno.E2BIG);
            assertThrown(IllegalArgumentException.class, () -> view.put(new Small(5, -1)));
            assertThat(view.get(5)).isEqualTo(new Small(5, 0));
        }
    }

    @Test
    void readsComponentsOfEachSize() {
        try (ArrayView<Long, Lamp> view = bpf.lamp().view()) {
            Lamp low = new Lamp(1, -1, Color.RED, Short.MIN_VALUE, 255, true, 1_000_000, 65_535, Byte.MIN_VALUE);
            Lamp high = new Lamp(3, Long.MIN_VALUE, Color.GREEN, (short) 300, 1, false, 3, 1, (byte) 127);
            bpf.lamp().put(low);
            bpf.lamp().put(high);
            assertThat(view.get(1L)).isEqualTo(low);
            assertThat(view.get(3L)).isEqualTo(high);
            LampMap.View entry = new LampMap.View();
            assertThat(view.get(3, entry)).isTrue();
            assertThat(entry).hasToString(high.toString());
            assertThat(view.get(4L)).isNull();
            assertThat(view.get(4, entry)).isFalse();
            assertThrown(IllegalArgumentException.class, () -> view.get(1L << 32))
                    .hasMessage("Lamp.index is 4294967296, outside of 0 to 4294967295");
        }
    }

    @Test
    void readsBigEndianEnums() {
        try (WritableArrayView<Integer, Packet> view = bpf.packet().writableView()) {
            Packet first = new Packet(1, Color.GREEN, 443, 0x7f000001, Color.RED);
            Packet second = new Packet(2, Color.RED, 65_534, 0xff000000L, Color.GREEN);
            bpf.packet().put(first);
            view.put(second);
            assertThat(view.get(1)).isEqualTo(first);
            assertThat(view.get(2)).isEqualTo(second);
            assertThat(bpf.packet().get(2)).isEqualTo(second);
        }
    }

    @Test
    void readsValuesThatNoWordHolds() {
        try (WritableArrayView<Color, Label> view = bpf.label().writableView()) {
            Label label = new Label(Color.GREEN, "x".repeat(66));
            view.put(label);
            assertThat(bpf.label().get(Color.GREEN)).isEqualTo(label);
            assertThat(view.get(Color.GREEN)).isEqualTo(label);
            assertThat(view.get(Color.RED)).isEqualTo(new Label(Color.RED, ""));
            LabelMap.View entry = new LabelMap.View();
            assertThat(view.get(1, entry)).isTrue();
            assertThat(entry.text()).isEqualTo(label.text());
        }
    }

    @Test
    void namesTheEntryThatIsNoValueOfTheRecord() {
        try (WritableArrayView<Long, Lamp> view = bpf.lamp().writableView()) {
            Lamp.rejectsHours = false;
            view.put(lamp(1_000_001));
            Lamp.rejectsHours = true;
            assertBpfException(() -> view.get(2L), "the value's bytes 0500")
                    .isOf("read")
                    .onMap("lamp")
                    .atKey(2L)
                    .hasMessageEndingWith("can't be decoded as the record declares them:"
                            + " java.lang.IllegalArgumentException: 1000001 hours are too many");
            view.put(lamp(1));
            assertThat(view.get(2L)).isEqualTo(lamp(1));
        } finally {
            Lamp.rejectsHours = true;
        }
    }

    /**
     * A new array has zeros at each index, so a drain would fail. Java may fill a plain array before it reads it, and programs can't write the
     * settings.
     */
    @Test
    void aRecordThatRefusesZerosOfAnInnerArrayEndsTheLoad() {
        Config.rejectsZeros = true;
        Hit.rejectsZeros = true;
        try {
            assertBpfException(
                            () -> open().close(),
                            "a new array has zeros at each index, for which the constructor of its record throws"
                                    + " java.lang.IllegalArgumentException: no packets",
                            "Let the constructor accept them")
                    .onMap("hit_map")
                    .atKey(0L);
            Hit.rejectsZeros = false;
            Small.rejectsLast = true;
            assertThat(LogRecords.during(() -> open().close()))
                    .anyMatch(line ->
                            line.startsWith("map small: a new array has zeros at each index: the constructor of its"
                                    + " record throws java.lang.IllegalArgumentException: too large. A read that meets such an"
                                    + " entry fails"));
            Small.rejectsLast = false;
            open().close();
        } finally {
            Config.rejectsZeros = false;
            Hit.rejectsZeros = false;
            Small.rejectsLast = false;
        }
    }

    private static Lamp lamp(long hours) {
        return new Lamp(2, 5, Color.RED, (short) 1, 2, true, hours, 3, (byte) 4);
    }

    /** A write of an entry writes one word after the other. A read never sees a word older than the one before, nor half of a word. */
    @Test
    void readsWholeWordsInTheirOrder() throws Exception {
        try (WritableArrayView<Integer, Steps> view = bpf.steps().writableView()) {
            Future<?> writer = CompletableFuture.runAsync(() -> {
                for (int i = 1; i <= 500_000; i++) {
                    view.put(new Steps(0, i, i, i, i));
                }
            });
            StepsMap.View entry = new StepsMap.View();
            while (!writer.isDone()) {
                Steps steps = Objects.requireNonNull(view.get(0));
                assertInOrder(steps.first(), steps.left(), steps.right(), steps.last());
                assertThat(view.get(0, entry)).isTrue();
                assertInOrder(entry.first(), entry.left(), entry.right(), entry.last());
            }
            writer.get();
            assertThat(view.get(0)).isEqualTo(new Steps(0, 500_000, 500_000, 500_000, 500_000));
        }
    }

    private static void assertInOrder(long first, int left, int right, long last) {
        assertThat(left).isEqualTo(right).isGreaterThanOrEqualTo((int) first - 1);
        assertThat(last).isGreaterThanOrEqualTo(left - 1);
    }

    @Test
    void viewsAreReadOnlyUnlessRequested() {
        try (ArrayView<Integer, Small> view = bpf.small().view()) {
            bpf.small().put(new Small(1, 5));
            assertThat(view.get(1)).isEqualTo(new Small(1, 5));
            WritableArrayView<Integer, Small> cast = (WritableArrayView<Integer, Small>) view;
            assertThatThrownBy(() -> cast.put(new Small(1, 6))).isInstanceOf(ReadOnlyBufferException.class);
            assertThat(view.get(1)).isEqualTo(new Small(1, 5));
        }
        try (ArrayView<Integer, Views.Config> view = bpf.config().view()) {
            bpf.config().put(new Views.Config(2, 9));
            assertThat(view.get(2)).isEqualTo(new Views.Config(2, 9));
        }
    }

    /** The kernel would refuse the views that are not generated. */
    @Test
    void accessorsHaveOnlyTheViewsThatTheFlagsAllow() {
        assertThat(views(SmallMap.class)).containsExactlyInAnyOrder("view", "writableView");
        assertThat(views(ViewsBpf.ConfigMap.class)).containsExactly("view");
        assertThat(views(ViewsBpf.ReadOnlyMap.class)).isEmpty();
        assertThat(views(ViewsBpf.WriteOnlyMap.class)).isEmpty();
    }

    private static List<String> views(Class<?> accessor) {
        return Stream.of(accessor.getMethods())
                .map(Method::getName)
                .filter(name -> name.matches("view|writableView"))
                .toList();
    }

    @Test
    void closingTheHandleEndsTheView() {
        HitMap hits = bpf.host().create(1);
        try (WritableArrayView<Integer, Hit> view = hits.writableView()) {
            view.put(new Hit(3, 5, 0, 0, 0));
            DrainedMap<HitMap> drainedTicket =
                    DrainedMap.of(Objects.requireNonNull(bpf.host().rotate(1)));
            HitMap drained = drainedTicket.map();
            assertIsOver(view);
            try (WritableArrayView<Integer, Hit> own = drained.writableView()) {
                assertThat(own.get(3)).isEqualTo(new Hit(3, 5, 0, 0, 0));
                own.put(new Hit(3, 6, 0, 0, 0));
                assertThat(drained.get(3)).isEqualTo(new Hit(3, 6, 0, 0, 0));
                drainedTicket.close();
                assertIsOver(own);
            }
        }
        HitMap next = Objects.requireNonNull(bpf.host().get(1));
        WritableArrayView<Integer, Hit> removed = next.writableView();
        assertThat(bpf.host().discard(1)).isTrue();
        assertIsOver(removed);
        removed.close();
        ArrayView<Integer, Small> plain = bpf.small().view();
        bpf.close();
        assertThatThrownBy(() -> plain.get(1)).isInstanceOf(InvalidHandleException.class);
        plain.close();
        plain.close();
    }

    @Test
    void aClosedViewThrows() {
        WritableArrayView<Integer, Hit> view = bpf.host().create(1).writableView();
        view.close();

        assertIsOver(view);
        assertThatThrownBy(() -> view.get(1)).hasMessageContaining("its view was closed");
    }

    /** If a read reached unmapped memory, the JVM would crash. */
    @Test
    void closingIsSafeWhileOtherThreadsRead() throws Exception {
        for (int round = 0; round < 200; round++) {
            WritableArrayView<Integer, Small> view = bpf.small().writableView();
            view.put(new Small(7, 77));
            SmallMap.View entry = new SmallMap.View();
            long reads = closeWhile(view, () -> {
                assertThat(view.get(7)).isEqualTo(new Small(7, 77));
                assertThat(view.get(7, entry)).isTrue();
                assertThat(entry.count()).isEqualTo(77);
            });
            assertThat(reads).isPositive();
        }
    }

    /** Each write that returned normally is in the map, and after the close there is none. */
    @Test
    void closingLosesNoCompletedWrite() throws Exception {
        AtomicLong last = new AtomicLong();
        for (int round = 0; round < 500; round++) {
            WritableArrayView<Integer, Small> view = bpf.small().writableView();
            closeWhile(view, () -> {
                view.put(new Small(3, last.get() + 1));
                last.incrementAndGet();
            });
            assertThat(bpf.small().get(3)).isEqualTo(new Small(3, last.get()));
        }
    }

    /** Closes a view while another thread uses it. Returns how often that has completed an action. */
    private static long closeWhile(WritableArrayView<?, ?> view, Runnable action) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        FutureTask<Long> user = new FutureTask<>(() -> {
            long completed = 0;
            try {
                while (true) {
                    action.run();
                    completed++;
                    begun.countDown();
                }
            } catch (InvalidHandleException e) {
                return completed;
            }
        });
        new Thread(user, "user of a view").start();
        begun.await();
        view.close();
        return user.get();
    }

    private static void assertIsOver(WritableArrayView<Integer, Hit> view) {
        assertThatThrownBy(() -> view.get(3)).isInstanceOf(InvalidHandleException.class);
        assertThatThrownBy(() -> view.get(3, new HitMap.View())).isInstanceOf(InvalidHandleException.class);
        assertThatThrownBy(() -> view.put(new Hit(3, 1, 1, 1, 1))).isInstanceOf(InvalidHandleException.class);
    }
}
