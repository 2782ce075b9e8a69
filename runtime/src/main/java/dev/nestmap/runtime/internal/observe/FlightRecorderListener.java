/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.observe;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.observe.Operation;
import dev.nestmap.runtime.observe.OperationListener;
import dev.nestmap.runtime.observe.OperationListener.Misses;
import dev.nestmap.runtime.observe.ProgramStatistics;
import java.util.function.Consumer;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/**
 * Writes events of the Flight Recorder. Requests no report if no recording has enabled the event.
 *
 * <p>The first event class initializes the recorder, which would cost 50 ms even in a process that never records. So this class creates no
 * event before the recorder is initialized, which every way to start a recording does.
 */
final class FlightRecorderListener implements OperationListener {
    private final Runnable programs = FlightRecorderListener::writePrograms;

    private final jdk.jfr.FlightRecorderListener initialisation = new jdk.jfr.FlightRecorderListener() {
        @Override
        public void recorderInitialized(FlightRecorder recorder) {
            FlightRecorder.addPeriodicEvent(FlightEvents.ProgramRuns.class, programs);
        }
    };

    /** Lets the recorder ask for the programs of the loaded objects. */
    void start() {
        FlightRecorder.addListener(initialisation);
    }

    /** Ends this, because the recorder keeps a listener and its class loader reachable. */
    void stop() {
        FlightRecorder.removeListener(initialisation);
        if (FlightRecorder.isInitialized()) {
            FlightRecorder.removePeriodicEvent(programs);
        }
    }

    private static void writePrograms() {
        for (OperationListeners.LoadedPrograms object : OperationListeners.loaded()) {
            try {
                object.statistics().forEach(program -> write(object.name(), program));
            } catch (BpfException e) {
                // The object was closed meanwhile.
            }
        }
    }

    private static void write(String object, ProgramStatistics program) {
        FlightEvents.ProgramRuns event = new FlightEvents.ProgramRuns();
        event.object = object;
        event.program = program.name();
        event.id = program.id();
        event.runs = program.runs();
        event.runTime = program.runTime().toNanos();
        event.recursionMisses = program.recursionMisses();
        event.commit();
    }

    @Override
    public @Nullable Consumer<Operation> started(Operation.Kind kind, String name) {
        if (!FlightRecorder.isInitialized()) {
            return null;
        }
        FlightEvents.OfOperation event = FlightEvents.of(kind);
        if (!event.isEnabled()) {
            return null;
        }
        event.begin();
        return new Recording(event);
    }

    /** An event of an operation. */
    private record Recording(FlightEvents.OfOperation event) implements RunningOperation.Timer {
        @Override
        public void ended() {
            event.end();
        }

        @Override
        public void accept(Operation operation) {
            if (event.shouldCommit()) {
                event.set(operation);
                event.commit();
            }
        }
    }

    @Override
    public void missed(Misses misses) {
        if (!FlightRecorder.isInitialized()) {
            return;
        }
        FlightEvents.Missed event = new FlightEvents.Missed();
        if (event.shouldCommit()) {
            event.map = misses.map();
            event.keys = misses.keys();
            event.misses = misses.count();
            event.longestWait = misses.longestWait().toNanos();
            event.commit();
        }
    }

    @Override
    public void failed(String operation, @Nullable String map, int errno) {
        if (!FlightRecorder.isInitialized()) {
            return;
        }
        FlightEvents.Failed event = new FlightEvents.Failed();
        if (event.shouldCommit()) {
            event.operation = operation;
            event.map = map;
            event.errno = errno;
            event.commit();
        }
    }
}
