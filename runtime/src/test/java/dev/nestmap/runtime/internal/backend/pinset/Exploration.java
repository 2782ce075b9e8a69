/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend.pinset;

import dev.nestmap.runtime.internal.backend.pinset.Calls.Call;
import dev.nestmap.runtime.internal.backend.pinset.Calls.Kind;
import dev.nestmap.runtime.internal.backend.pinset.Kernel.BpfMap;
import dev.nestmap.runtime.internal.backend.pinset.Kernel.Directory;
import dev.nestmap.runtime.internal.backend.pinset.Kernel.Node;
import dev.nestmap.runtime.internal.backend.pinset.Kernel.Pin;
import dev.nestmap.runtime.internal.backend.pinset.Kernel.Run;
import dev.nestmap.runtime.internal.backend.pinset.Kernel.Update;
import dev.nestmap.runtime.internal.backend.pinset.Kernel.Updated;
import dev.nestmap.runtime.internal.backend.pinset.Processes.Point;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Visits each state that a scenario can reach, and throws a {@link Violation} with the steps that led to it if a promise is broken. */
final class Exploration {
    private static final Map<String, Node> FOREIGN_FILES = foreignFiles();

    /** How a process is: before the call of a point; killed in it, until the call of the kernel has ended; or ended. */
    private record Running(
            @Nullable Point point,
            boolean isInCall,
            @Nullable String end) {
        static final Running KILLED = new Running(null, false, "killed");

        boolean lives() {
            return end == null;
        }

        Point at() {
            return Objects.requireNonNull(point);
        }

        long code() {
            return end != null ? -end.length() : at().number * 2L + (isInCall ? 1 : 0);
        }
    }

    /**
     * What is now, and what may still happen.
     *
     * @param chain the recovery, -1 before one runs
     * @param step the process of the recovery
     */
    private record State(Kernel kernel, List<Running> processes, int kills, int failures, int chain, int step) {
        long hash() {
            long hash = Table.mix(kernel.hash() + kills * 1_000_003L + failures * 10_007L + chain * 101L + step);
            for (Running process : processes) {
                hash = Table.mix(hash) + process.code();
            }
            return hash;
        }

        List<Running> live() {
            List<Running> live = new ArrayList<>(processes.size());
            for (Running process : processes) {
                if (process.lives()) {
                    live.add(process);
                }
            }
            return live;
        }
    }

    private record Step(Supplier<String> text, State state) {}

    private record Frame(Step step, Iterator<Step> next) {}

    private final Scenario scenario;
    private final Processes processes;
    private final Set<Long> seen = new HashSet<>();
    private final Deque<Frame> path = new ArrayDeque<>();

    private Exploration(Scenario scenario, @Nullable Mistake mistake) {
        this.scenario = scenario;
        this.processes = new Processes(mistake);
    }

    /** Returns the number of states. */
    static int explore(Scenario scenario, @Nullable Mistake mistake) {
        return new Exploration(scenario, mistake).run();
    }

    static Map<String, Node> foreignFiles() {
        Map<String, Node> files = new HashMap<>();
        for (String set : List.of("s", "t")) {
            int base = set.equals("s") ? -10 : -20;
            files.put(set, new Directory(base));
            files.put(set + "/foreign", new Pin(base - 1, false, Kernel.FOREIGN, 0));
            files.put(set + "/other", new Directory(base - 2));
            files.put(set + "/other/x", new Pin(base - 3, false, Kernel.FOREIGN, 0));
        }
        return files;
    }

    static Kernel world(int packets) {
        Kernel kernel = new Kernel(packets);
        kernel.files = Table.of(FOREIGN_FILES);
        kernel.maps = kernel.maps.with(Kernel.FOREIGN, new BpfMap("foreign", 0, List.of(), 0));
        return kernel;
    }

    private int run() {
        List<Running> first = scenario.processes().stream()
                .map(process -> new Running(processes.start(process), false, null))
                .toList();
        State state = new State(world(scenario.packets()), first, scenario.kills(), scenario.failures(), -1, -1);
        seen.add(state.hash());
        visit(new Step(() -> "start", state));
        while (!path.isEmpty()) {
            Iterator<Step> next = path.peek().next();
            if (!next.hasNext()) {
                path.pop();
                continue;
            }
            Step step = next.next();
            if (seen.add(step.state().hash())) {
                visit(step);
            }
        }
        return seen.size();
    }

    /** A process that is alone goes on until something else may happen. */
    private void visit(Step step) {
        Step last = step;
        path.push(new Frame(last, Collections.emptyIterator()));
        List<Step> steps = steps(last.state());
        while (isAlone(last.state())) {
            path.pop();
            last = join(last, steps.get(0));
            path.push(new Frame(last, Collections.emptyIterator()));
            steps = steps(last.state());
        }
        path.pop();
        if (last.equals(step) || seen.add(last.state().hash())) {
            path.push(new Frame(last, steps.iterator()));
        }
    }

    private static boolean isAlone(State state) {
        List<Running> live = state.live();
        Call call = live.size() == 1 ? live.get(0).at().call : null;
        return call != null
                && !live.get(0).isInCall()
                && (call.kind() == Kind.LOCAL
                        || (call.kind() == Kind.CHANGE && state.kills() == 0 && state.failures() == 0));
    }

    private static Step join(Step one, Step other) {
        return new Step(() -> one.text().get() + "\n    " + other.text().get(), other.state());
    }

    private Violation violation(String what, String step) {
        StringBuilder text = new StringBuilder(scenario.name() + ": " + what);
        path.descendingIterator()
                .forEachRemaining(frame ->
                        text.append("\n    ").append(frame.step().text().get()));
        return new Violation(text.append("\n    ").append(step).toString());
    }

    private List<Step> steps(State state) {
        Kernel kernel = state.kernel();
        List<Running> live = state.live();
        List<Step> steps = new ArrayList<>();
        if (kernel.packets > 0
                && (live.isEmpty() || live.stream().anyMatch(process -> isNext(process, Kind.CHANGE_OF_PROGRAMS)))) {
            try {
                for (Kernel after : kernel.packetBegins()) {
                    steps.add(new Step(
                            () -> "a packet begins: " + after.runs.keys(), with(state, after, state.processes())));
                }
            } catch (Violation e) {
                throw violation(e.what, "a packet begins");
            }
        }
        if (live.isEmpty() || live.stream().anyMatch(process -> isNext(process, Kind.READ_OF_ENTRIES))) {
            for (Run run : kernel.runs.keys()) {
                Kernel after = new Kernel(kernel);
                try {
                    after.packetWrites(run);
                } catch (Violation e) {
                    throw violation(e.what, "a packet writes " + run);
                }
                steps.add(new Step(() -> "a packet writes: " + run, with(state, after, state.processes())));
            }
        }
        boolean isStuck = !live.isEmpty() && kernel.runs.keys().isEmpty();
        for (int i = 0; i < state.processes().size(); i++) {
            Running process = state.processes().get(i);
            if (process.lives()) {
                stepsOf(state, i, steps);
                Call call = process.at().call;
                isStuck &= call != null && !isEnabled(kernel, state.chain() < 0 ? i : Kernel.PROCESSES - 1, call);
            }
        }
        if (isStuck) {
            throw violation("all processes wait for each other", "");
        }
        if (live.isEmpty()) {
            afterAll(state, steps);
        }
        return steps;
    }

    private static boolean isNext(Running process, Kind kind) {
        Call call = process.at().call;
        return call != null && call.kind() == kind;
    }

    private static State with(State state, Kernel kernel, List<Running> processes) {
        return new State(kernel, processes, state.kills(), state.failures(), state.chain(), state.step());
    }

    private static List<Running> with(State state, int at, Running process) {
        List<Running> processes = new ArrayList<>(state.processes());
        processes.set(at, process);
        return List.copyOf(processes);
    }

    private void stepsOf(State state, int at, List<Step> steps) {
        Running process = state.processes().get(at);
        int pid = state.chain() < 0 ? at : Kernel.PROCESSES - 1;
        String who = "process " + pid + ": ";
        Point point = process.at();
        Call call = point.call;
        if (point.violation != null) {
            throw violation(point.violation, who);
        }
        if (call == null || (process.isInCall() && isEnabled(state.kernel(), pid, call))) {
            Kernel after = new Kernel(state.kernel());
            after.endProcess(pid);
            String end = call != null ? "killed" : point.isRefused ? "refused" : "done";
            Running ended = call != null ? Running.KILLED : new Running(null, false, end);
            steps.add(new Step(() -> who + end, with(state, after, with(state, at, ended))));
            return;
        }
        if (process.isInCall()) {
            return;
        }
        if (state.kills() > 0 && call.kind() != Kind.LOCAL) {
            boolean isInCall = call.name().equals("wait");
            Kernel after = new Kernel(state.kernel());
            if (!isInCall) {
                after.endProcess(pid);
            }
            Running killed = isInCall ? new Running(point, true, null) : Running.KILLED;
            steps.add(new Step(() -> who + "killed before " + call, withKilled(state, after, at, killed)));
            for (int done = 1;
                    call.name().equals("update") && done < call.arguments().size();
                    done++) {
                Kernel partly = new Kernel(state.kernel());
                Updated updated = partly.update(updates(call), done);
                Running waiting = new Running(processes.after(point, updated), true, null);
                steps.add(new Step(
                        () -> who + "killed in " + call + " after " + updated, withKilled(state, partly, at, waiting)));
            }
        }
        if (state.failures() > 0 && canFail(call)) {
            if (call.name().equals("update")) {
                for (int done = 0; done < call.arguments().size(); done++) {
                    Kernel after = new Kernel(state.kernel());
                    fail(state, at, after, after.update(updates(call), done), steps);
                }
            } else {
                fail(state, at, state.kernel(), Calls.FAILED, steps);
            }
        }
        if (isEnabled(state.kernel(), pid, call)) {
            Kernel after = new Kernel(state.kernel());
            Object result;
            try {
                result = call.effect().on(after, pid);
            } catch (Violation e) {
                throw violation(e.what, who + call);
            }
            if (after.files != state.kernel().files
                    && !after.files.entries().entrySet().containsAll(FOREIGN_FILES.entrySet())) {
                throw violation("something outside of the set was touched", who + call);
            }
            steps.add(new Step(
                    () -> who + call + " -> " + result,
                    with(state, after, with(state, at, new Running(processes.after(point, result), false, null)))));
        }
    }

    @SuppressWarnings("unchecked")
    private static List<Update> updates(Call call) {
        return (List<Update>) (List<?>) call.arguments();
    }

    private static State withKilled(State state, Kernel kernel, int at, Running killed) {
        return new State(
                kernel, with(state, at, killed), state.kills() - 1, state.failures(), state.chain(), state.step());
    }

    private static boolean canFail(Call call) {
        return call.kind() != Kind.LOCAL && !Set.of("wait", "unlock", "release").contains(call.name());
    }

    private void fail(State state, int at, Kernel after, Object result, List<Step> steps) {
        Running process = state.processes().get(at);
        steps.add(new Step(
                () -> "process " + at + ": " + process.at().call + " FAILS " + (result instanceof Updated u ? u : ""),
                new State(
                        after,
                        with(state, at, new Running(processes.after(process.at(), result), false, null)),
                        state.kills(),
                        state.failures() - 1,
                        state.chain(),
                        state.step())));
    }

    @SuppressWarnings("unchecked")
    private static boolean isEnabled(Kernel kernel, int pid, Call call) {
        return switch (call.name()) {
            case "flock" ->
                !(boolean) call.arguments().get(1)
                        || !kernel.isLocked((int) call.arguments().get(0), pid);
            case "wait" -> ((Set<Run>) call.arguments().get(0)).stream().noneMatch(kernel.runs::has);
            default -> true;
        };
    }

    /** The next process of a recovery, or the judgement after the last one. */
    private void afterAll(State state, List<Step> steps) {
        for (String set : List.of("s", "t")) {
            Set<String> files = state.kernel().files.keys();
            if (!files.contains(set + "/now") && state.kernel().hasSymbolicLink(set)) {
                throw violation("a symbolic link leads nowhere", "");
            }
        }
        boolean isKilled = state.processes().get(0).equals(Running.KILLED);
        if (state.chain() < 0 || isKilled) {
            Kernel after = renumbered(state);
            for (int chain = 0; chain < scenario.recoveries().size(); chain++) {
                steps.add(recovery(state, after, chain, 0));
            }
            return;
        }
        List<List<Processes.Phase>> recovery = scenario.recoveries().get(state.chain());
        if ("refused".equals(state.processes().get(0).end()) && state.step() >= recovery.size() - 2) {
            throw violation(
                    state.step() == recovery.size() - 1 ? "the service can't be ended" : "no version starts", "");
        }
        if (state.step() + 1 < recovery.size()) {
            steps.add(recovery(state, renumbered(state), state.chain(), state.step() + 1));
            return;
        }
        Set<String> left = new HashSet<>(state.kernel().files.keys());
        left.removeAll(FOREIGN_FILES.keySet());
        if (!left.isEmpty()) {
            throw violation("pins are left: " + left, "");
        }
        int items;
        try {
            items = state.kernel().storedItems();
        } catch (Violation e) {
            throw violation(e.what, "end");
        }
        if (items != state.kernel().counted) {
            throw violation("a count was lost", "counted " + state.kernel().counted + ", stored " + items);
        }
    }

    private Kernel renumbered(State state) {
        Kernel after = new Kernel(state.kernel());
        try {
            after.renumber();
        } catch (Violation e) {
            throw violation(e.what, "");
        }
        return after;
    }

    private Step recovery(State state, Kernel after, int chain, int step) {
        Running process =
                new Running(processes.start(scenario.recoveries().get(chain).get(step)), false, null);
        return new Step(
                () -> "then recovery " + chain + "." + step,
                new State(after, List.of(process), state.kills(), 0, chain, step));
    }
}
