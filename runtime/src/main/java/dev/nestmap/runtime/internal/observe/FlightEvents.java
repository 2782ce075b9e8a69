/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.observe;

import dev.nestmap.runtime.observe.Operation;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** The events of the Flight Recorder. {@code jfr metadata} explains them to users. The recorder reads the fields. */
final class FlightEvents {
    private FlightEvents() {}

    /** Returns a new event, not started. */
    static OfOperation of(Operation.Kind kind) {
        return switch (kind) {
            case LOAD -> new Load();
            case CREATE -> new Create();
            case SWAP -> new Swap();
            case SHARE -> new Share();
            case ROTATE -> new Rotate();
            case TAKE -> new Take();
            case DISCARD -> new Discard();
            case PUBLISH -> new Publish();
            case RECOVER -> new Recover();
            case MIGRATE -> new Migrate();
        };
    }

    @Category("Nestmap")
    abstract static class OfOperation extends Event {
        abstract void set(Operation operation);
    }

    @Name("nestmap.Load")
    @Label("Load of an Object")
    static final class Load extends OfOperation {
        @Label("Object")
        @Nullable
        String object;

        @Label("Maps")
        long maps;

        @Label("Failed")
        boolean failed;

        @Override
        void set(Operation operation) {
            object = operation.name();
            maps = operation.changed();
            failed = operation.failed() > 0;
        }
    }

    abstract static class OfSlots extends OfOperation {
        @Label("Outer Map")
        @Nullable
        String map;

        @Label("Changed Slots")
        long changed;

        @Label("Failed Slots")
        long failed;

        @Label("Wait for Other Changes")
        @Timespan(Timespan.NANOSECONDS)
        long lockWait;

        @Label("Wait for the Kernel")
        @Description("Mostly the grace period, after which no running program uses the previous inner maps")
        @Timespan(Timespan.NANOSECONDS)
        long publishWait;

        @Override
        void set(Operation operation) {
            map = operation.name();
            changed = operation.changed();
            failed = operation.failed();
            lockWait = operation.lockWait().toNanos();
            publishWait = operation.publishWait().toNanos();
        }
    }

    @Name("nestmap.Create")
    @Label("Creation of Inner Maps")
    static final class Create extends OfSlots {}

    @Name("nestmap.Swap")
    @Label("Swap of Inner Maps")
    static final class Swap extends OfSlots {}

    @Name("nestmap.Share")
    @Label("Share of Inner Maps")
    static final class Share extends OfSlots {}

    @Name("nestmap.Rotate")
    @Label("Rotation of Inner Maps")
    static final class Rotate extends OfSlots {}

    @Name("nestmap.Take")
    @Label("Take of Inner Maps")
    static final class Take extends OfSlots {}

    @Name("nestmap.Discard")
    @Label("Discard of Inner Maps")
    static final class Discard extends OfSlots {}

    @Name("nestmap.Publish")
    @Label("System Call That Changes Slots")
    static final class Publish extends OfOperation {
        @Label("Outer Map")
        @Nullable
        String map;

        @Label("Changed Slots")
        long changed;

        @Label("Failed Slots")
        long failed;

        @Override
        void set(Operation operation) {
            map = operation.name();
            changed = operation.changed();
            failed = operation.failed();
        }
    }

    @Name("nestmap.Recover")
    @Label("Recovery of Waiting Maps")
    static final class Recover extends OfOperation {
        @Label("Outer Map")
        @Nullable
        String map;

        @Label("Recovered Maps")
        long maps;

        @Label("Failed")
        boolean failed;

        @Override
        void set(Operation operation) {
            map = operation.name();
            maps = operation.changed();
            failed = operation.failed() > 0;
        }
    }

    @Name("nestmap.Migrate")
    @Label("Migration of a Pinned Map")
    static final class Migrate extends OfOperation {
        @Label("Map")
        @Nullable
        String map;

        @Label("Filled Maps")
        long maps;

        @Label("Copied Entries")
        long entries;

        @Label("Failed")
        boolean failed;

        @Override
        void set(Operation operation) {
            map = operation.name();
            maps = operation.changed();
            entries = operation.entries();
            failed = operation.failed() > 0;
        }
    }

    @Name("nestmap.Program")
    @Label("Runs of a Program")
    @Description(
            "Since the program was loaded. The kernel counts runs and their time only if kernel.bpf_stats_enabled is 1")
    @Category("Nestmap")
    @Period("10 s")
    @StackTrace(false)
    static final class ProgramRuns extends Event {
        @Label("Object")
        @Nullable
        String object;

        @Label("Program")
        @Nullable
        String program;

        @Label("Id")
        int id;

        @Label("Runs")
        long runs;

        @Label("Time of All Runs")
        @Timespan(Timespan.NANOSECONDS)
        long runTime;

        @Label("Recursion Misses")
        @Description("Runs that the kernel skipped")
        long recursionMisses;
    }

    @Name("nestmap.Misses")
    @Label("Missed Keys of a Map on Demand")
    @Category("Nestmap")
    static final class Missed extends Event {
        @Label("Outer Map")
        @Nullable
        String map;

        @Label("Keys")
        long keys;

        @Label("Misses")
        long misses;

        @Label("Longest Wait")
        @Timespan(Timespan.NANOSECONDS)
        long longestWait;
    }

    @Name("nestmap.Error")
    @Label("Error of the Kernel or libbpf")
    @Category("Nestmap")
    static final class Failed extends Event {
        @Label("Operation")
        @Nullable
        String operation;

        @Label("Map")
        @Nullable
        String map;

        @Label("Error Number")
        int errno;
    }
}
