/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend.pinset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.backend.pinset.Calls.Call;
import dev.nestmap.runtime.internal.backend.pinset.Calls.Kind;
import dev.nestmap.runtime.internal.backend.pinset.Processes.Phase;
import dev.nestmap.runtime.internal.backend.pinset.Processes.Point;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.KernelTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Compares the kernel of the model with the real one: random walks through the scenarios, with kills and failing calls but without packets,
 * make each call in both, and compare its result, and all files with their inodes and times.
 *
 * <p>{@code -Dnestmap.walks=N} sets the number of walks, {@code -Dnestmap.seed=S} repeats them.
 */
@KernelTest
class PinSetKernelTest {
    private static final int WALKS = Integer.getInteger("nestmap.walks", 40);

    @Test
    void theKernelDoesWhatTheModelSays() throws Exception {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        List<Scenario> scenarios = Scenarios.all();
        int calls = 0;
        Random random = new Random(seed);
        try (BpfFs fs = BpfFs.mount()) {
            for (int walk = 0; walk < WALKS; walk++) {
                Scenario scenario = scenarios.get(random.nextInt(scenarios.size()));
                try (RealKernel kernel = new RealKernel(Files.createDirectory(fs.path("walk" + walk)))) {
                    walk(scenario, kernel, random);
                    calls += kernel.calls();
                } catch (AssertionError | RuntimeException e) {
                    throw new AssertionError("seed " + seed + ", walk " + walk + ", " + scenario.name(), e);
                }
            }
        }
        System.out.println(WALKS + " walks, " + calls + " calls, seed " + seed);
        assertThat(calls).isGreaterThan(WALKS * 20);
    }

    /** Runs the processes in a random order, and then a recovery. */
    private static void walk(Scenario scenario, RealKernel kernel, Random random) {
        Processes processes = new Processes(null);
        Map<Integer, Point> live = new TreeMap<>();
        scenario.processes().forEach(process -> live.put(live.size(), processes.start(process)));
        int pids = live.size();
        int kills = scenario.kills();
        int failures = scenario.failures();
        Deque<List<Phase>> recovery = new ArrayDeque<>();
        boolean recovers = false;
        while (true) {
            if (live.isEmpty() && !recovers) {
                recovers = true;
                recovery.addAll(scenario.recoveries()
                        .get(random.nextInt(scenario.recoveries().size())));
                kills = 0;
                failures = 0;
            }
            if (live.isEmpty() && recovery.isEmpty()) {
                break;
            }
            if (live.isEmpty()) {
                live.put(pids++, processes.start(recovery.remove()));
            }
            List<Integer> ready = new ArrayList<>();
            live.forEach((candidate, at) -> {
                if (at.call == null || !kernel.blocks(candidate, at.call)) {
                    ready.add(candidate);
                }
            });
            int pid = ready.get(random.nextInt(ready.size()));
            Point point = Objects.requireNonNull(live.get(pid));
            Call call = point.call;
            boolean isKilled = kills > 0 && random.nextInt(50) == 0;
            if (call == null || isKilled) {
                assertThat(point.violation).isNull();
                kills -= isKilled ? 1 : 0;
                kernel.endProcess(pid);
                live.remove(pid);
            } else if (failures > 0 && call.kind() == Kind.CHANGE && random.nextInt(50) == 0) {
                failures--;
                live.put(pid, processes.after(point, Calls.FAILED));
            } else {
                live.put(pid, processes.after(point, kernel.call(pid, call)));
            }
        }
        assertThat(kernel.files.keys()).isEqualTo(Exploration.foreignFiles().keySet());
    }

    /** The protocol makes its calls in few orders only. This makes them in any order on a few paths, as a changed protocol may. */
    @Test
    void theKernelDoesWhatTheModelSaysInAnyOrder() throws Exception {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        Random random = new Random(seed);
        List<String> generations = List.of("s/now", "s/next");
        List<String> pins = List.of("s/now/a", "s/now/b", "s/next/a", "s/next/b", "s/a");
        try (BpfFs fs = BpfFs.mount();
                RealKernel kernel = new RealKernel(Files.createDirectory(fs.path("any")))) {
            int map = kernel.newMap(0, "v1", 0, List.of(), 0);
            List<String> made = new ArrayList<>();
            List<String> rare = List.of("exchange s/now s/next", "link s/now/a s/next/a", "rename s/now/a s/next/a");
            for (int i = 0; i < 1500 || !made.containsAll(rare); i++) {
                boolean isOfPins = random.nextInt(3) > 0;
                List<String> paths = isOfPins ? pins : generations;
                String one = paths.get(random.nextInt(paths.size()));
                String other = paths.get(random.nextInt(paths.size()));
                made.add(
                        isOfPins
                                ? changePin(kernel, random.nextInt(6), one, other, map)
                                : changeGeneration(kernel, random.nextInt(4), one, other));
                try {
                    kernel.compare(one + ", " + other);
                } catch (AssertionError e) {
                    throw new AssertionError("seed " + seed + ", " + made.subList(Math.max(0, i - 30), i + 1), e);
                }
            }
        }
    }

    private static String changeGeneration(RealKernel kernel, int which, String one, String other) {
        switch (which) {
            case 0 -> kernel.rmdir(0, one);
            case 1 -> kernel.renameNoReplace(one, other);
            case 2 -> {
                kernel.exchange(one, other);
                return "exchange " + one + " " + other;
            }
            default -> kernel.mkdir(0, one);
        }
        return which + " " + one + " " + other;
    }

    private static String changePin(RealKernel kernel, int which, String one, String other, int map) {
        if (!kernel.files.has(one)) {
            if (kernel.files.has(Kernel.parent(one))) {
                kernel.pin(0, false, map, one);
            }
            return "pin " + one;
        }
        switch (which) {
            case 0 -> kernel.unlink(one);
            case 1 -> kernel.setTime(0, one, 0);
            case 2 -> kernel.renameNoReplace(one, other);
            case 3 -> kernel.exchange(one, other);
            case 4 -> {
                kernel.rename(one, other);
                return "rename " + one + " " + other;
            }
            default -> {
                kernel.link(one, other);
                return "link " + one + " " + other;
            }
        }
        return which + " " + one + " " + other;
    }

    /** Other tools open a map by the path that the record declares: the link needs no change when the generation changes. */
    @Test
    void aSymbolicLinkLeadsToTheGenerationInUse() throws Exception {
        try (BpfFs fs = BpfFs.mount();
                RealKernel kernel = new RealKernel(Files.createDirectory(fs.path("walk")))) {
            List<Integer> maps = new ArrayList<>();
            for (String generation : List.of("s/now", "s/next")) {
                kernel.mkdir(0, generation);
                maps.add(kernel.newMap(0, "v1", 0, List.of(), 0));
                kernel.pin(0, false, maps.get(maps.size() - 1), generation + "/tenant");
            }
            Path link = Files.createSymbolicLink(fs.path("walk/s/tenant"), Path.of("now/tenant"));
            assertThat(kernel.opened(link)).isEqualTo(maps.get(0));

            kernel.exchange("s/now", "s/next");
            assertThat(kernel.opened(link)).isEqualTo(maps.get(1));

            Path moved = Files.createDirectory(fs.path("walk/container"));
            Files.move(fs.path("walk/s"), moved.resolve("pins"));
            assertThat(kernel.opened(moved.resolve("pins/tenant"))).isEqualTo(maps.get(1));
        }
    }
}
