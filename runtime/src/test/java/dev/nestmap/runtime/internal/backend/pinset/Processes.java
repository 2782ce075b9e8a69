/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend.pinset;

import dev.nestmap.runtime.internal.backend.pinset.Protocol.App;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** The points at which a process can be: which calls it has made in its phase, and what they have returned. */
final class Processes {
    /**
     * A part of a process, which knows of the parts before it only what they pass on.
     *
     * @param body what it does with that; the result goes to the next phase
     */
    record Phase(App app, BiFunction<Protocol, Object, Object> body) {}

    /** A process before its next call, or at its end. */
    static final class Point {
        final int number;
        private final List<Phase> process;
        private final int phase;
        private final Object carry;
        private final List<Object> results;
        private final Map<Object, Point> after = new HashMap<>();

        /** Null at the end of the process. */
        Calls.@Nullable Call call;

        boolean isRefused;

        @Nullable
        String violation;

        private Point(int number, List<Phase> process, int phase, Object carry, List<Object> results) {
            this.number = number;
            this.process = process;
            this.phase = phase;
            this.carry = carry;
            this.results = results;
        }
    }

    private final @Nullable Mistake mistake;
    private final IdentityHashMap<List<Phase>, Map<List<Object>, Point>> starts = new IdentityHashMap<>();
    private int count;

    Processes(@Nullable Mistake mistake) {
        this.mistake = mistake;
    }

    Point start(List<Phase> process) {
        return start(process, 0, "");
    }

    private Point start(List<Phase> process, int phase, Object carry) {
        Map<List<Object>, Point> known = starts.computeIfAbsent(process, key -> new HashMap<>());
        Point point = known.get(List.of(phase, carry));
        if (point == null) {
            point = run(process, phase, carry, List.of());
            known.put(List.of(phase, carry), point);
        }
        return point;
    }

    Point after(Point point, Object result) {
        Point next = point.after.get(result);
        if (next == null) {
            List<Object> results = new ArrayList<>(point.results);
            results.add(result);
            next = run(point.process, point.phase, point.carry, results);
            point.after.put(result, next);
        }
        return next;
    }

    private Point run(List<Phase> process, int phase, Object carry, List<Object> results) {
        Point point = new Point(++count, process, phase, carry, results);
        if (phase == process.size()) {
            return point;
        }
        Phase running = process.get(phase);
        try {
            Object result = running.body().apply(new Protocol(running.app(), new Calls(results), mistake), carry);
            if (!result.equals(Protocol.REFUSED)) {
                return start(process, phase + 1, result);
            }
            point.isRefused = true;
        } catch (Calls.Pending e) {
            point.call = e.call;
        } catch (Calls.CallFailed e) {
            point.isRefused = true;
        } catch (Violation e) {
            point.violation = e.what;
        }
        return point;
    }
}
