/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Something that Nestmap and its rivals do on the same map. Each side returns the sum of what it has read. */
final class Benchmark {
    /**
     * The reach of comparisons with the naive C. Nearly all of its time is that of system calls, and these take twice as long on some
     * machines as on others. The comparisons with the fastest C show more.
     */
    static final double NAIVE_REACH = 0.5;

    private final String name;
    private final int operations;
    private final LongSupplier nestmap;
    private final Map<Rival, Supplier<Timed>> rivals = new EnumMap<>(Rival.class);
    private final Map<Rival, DoubleUnaryOperator> reaches = new EnumMap<>(Rival.class);
    private Timed.Clock clock = Timed.Clock.CPU;
    private Runnable filling = () -> {};
    private Runnable preparation = () -> {};

    /**
     * Creates a benchmark without rivals.
     *
     * @param name name in results
     * @param operations number of operations that one run of each side makes
     * @param nestmap makes the operations with Nestmap
     */
    Benchmark(String name, int operations, LongSupplier nestmap) {
        this.name = name;
        this.operations = operations;
        this.nestmap = nestmap;
    }

    /** Compares times on the clock, not CPU times. */
    Benchmark onTheClock() {
        clock = Timed.Clock.WALL;
        return this;
    }

    /** Fills the maps, once and before all runs. */
    Benchmark filledBy(Runnable filler) {
        filling = filler;
        return this;
    }

    /** Restores before each run what the run before has consumed. This is not measured. */
    Benchmark preparedBy(Runnable preparing) {
        preparation = preparing;
        return this;
    }

    /** Adds a side that runs on the same thread, and the largest ratio of Nestmap's time to its time with which we are content. */
    Benchmark against(Rival rival, double reach, LongSupplier side) {
        return against(rival, nanos -> reach, () -> Timed.run(side, clock));
    }

    /**
     * Adds a side, likewise.
     *
     * @param nanos how much longer an operation may take, in nanoseconds
     */
    Benchmark againstPlus(Rival rival, double nanos, LongSupplier side) {
        return against(rival, rivalNanos -> 1 + nanos / rivalNanos, () -> Timed.run(side, clock));
    }

    /** Adds a side that measures itself. */
    private Benchmark against(Rival rival, DoubleUnaryOperator reach, Supplier<Timed> side) {
        rivals.put(rival, side);
        reaches.put(rival, reach);
        return this;
    }

    /** Adds a function of {@code peer.go}, if Go was found. Nestmap should not be slower. */
    Benchmark against(Rival rival, GoPeer go, String function) {
        return go.isThere() ? against(rival, nanos -> 1, () -> go.run(function, operations)) : this;
    }

    String name() {
        return name;
    }

    int operations() {
        return operations;
    }

    /** The reach if the rival takes this time. */
    double reach(Rival rival, double nanos) {
        return Objects.requireNonNull(reaches.get(rival), rival.title()).applyAsDouble(nanos);
    }

    List<Rival> rivals() {
        return List.copyOf(rivals.keySet());
    }

    /** The names of the rows in results: one for each rival. */
    Stream<String> rowNames() {
        return rivals.keySet().stream().map(rival -> rival.rowName(name));
    }

    boolean isOnTheClock() {
        return clock == Timed.Clock.WALL;
    }

    /** Fills the maps, runs every side once, and returns the sum that all of them read. */
    long sum() {
        filling.run();
        prepare();
        long sum = runNestmap().sum();
        for (Rival rival : rivals.keySet()) {
            long other = run(rival).sum();
            if (other != sum || sum <= 0) {
                throw new IllegalStateException(
                        name + ": Nestmap read " + sum + ", " + rival.title() + " read " + other);
            }
        }
        return sum;
    }

    /** Restores what a run has consumed. */
    void prepare() {
        preparation.run();
    }

    /** Runs Nestmap's side. Call {@link #prepare} before. */
    Timed runNestmap() {
        return Timed.run(nestmap, clock);
    }

    /** Prepares and runs the side of a rival. */
    Timed run(Rival rival) {
        Supplier<Timed> side = rivals.get(rival);
        if (side == null) {
            throw new IllegalArgumentException(name + " is not compared with " + rival);
        }
        preparation.run();
        return side.get();
    }
}
