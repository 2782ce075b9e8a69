/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.top;

import dev.nestmap.runtime.observe.ProgramStatistics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Repeatedly gets the statistics of programs, and computes the rates of their runs. */
final class ProgramSampler {
    /** The programs as they were at the previous reading, by their ids. */
    private Map<Integer, Reading> previous = Map.of();

    /**
     * A program when it was read. The first listing of many programs takes much longer than the next, so each needs its own time.
     *
     * @param at by {@link System#nanoTime}
     */
    record Reading(ProgramStatistics statistics, long at) {}

    /**
     * The runs of a program since the previous reading.
     *
     * @param statistics the numbers since the program was loaded
     * @param runsPerSecond runs per second; 0 unless the kernel counts runs
     * @param nanosPerRun duration of a run; 0 without runs
     * @param skippedPerSecond runs per second that the kernel has skipped
     */
    record Rate(ProgramStatistics statistics, double runsPerSecond, double nanosPerRun, double skippedPerSecond) {
        /** Its share of one CPU, in percent. */
        double cpuPercent() {
            return runsPerSecond * nanosPerRun / 1e7;
        }

        boolean isBusy() {
            return runsPerSecond > 0 || skippedPerSecond > 0;
        }
    }

    /** The rates since the previous reading, in the order of the programs. A new program has none yet. */
    List<Rate> sample(Collection<Reading> programs) {
        Map<Integer, Reading> read = new HashMap<>();
        List<Rate> rates = new ArrayList<>();
        for (Reading reading : programs) {
            ProgramStatistics program = reading.statistics();
            read.put(program.id(), reading);
            Reading before = previous.getOrDefault(program.id(), reading);
            ProgramStatistics earlier = before.statistics();
            double elapsed = Math.max(1, reading.at() - before.at()) / 1e9;
            long runs = program.runs() - earlier.runs();
            double nanos = program.runTime().minus(earlier.runTime()).toNanos();
            rates.add(new Rate(
                    program,
                    runs / elapsed,
                    runs > 0 ? nanos / runs : 0,
                    (program.recursionMisses() - earlier.recursionMisses()) / elapsed));
        }
        previous = read;
        return rates;
    }
}
