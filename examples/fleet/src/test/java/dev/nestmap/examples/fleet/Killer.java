/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Ends processes with SIGKILL at random moments and starts them again. */
final class Killer {
    private final Random random;
    private final List<Victim> victims;
    private final Deque<Long> moments = new ArrayDeque<>();
    private final Map<String, Integer> kills = new TreeMap<>();

    /**
     * Draws the moments.
     *
     * @param time the time from now on in which to kill
     */
    Killer(Random random, List<Victim> victims, int kills, Duration time) {
        this.random = random;
        this.victims = victims;
        long start = System.nanoTime();
        random.longs(kills, 0, Math.max(1, time.toNanos())).sorted().forEach(moment -> moments.add(start + moment));
    }

    /** Kills a process if it is time. */
    void run() throws IOException {
        Long next = moments.peek();
        if (next != null && next - System.nanoTime() <= 0) {
            moments.remove();
            Victim victim = victims.get(random.nextInt(victims.size()));
            victim.killAndRestart();
            kills.merge(victim.name(), 1, Integer::sum);
        }
    }

    /** How many processes of each kind were killed. */
    @Override
    public String toString() {
        return kills.isEmpty()
                ? "none"
                : kills.entrySet().stream()
                        .map(kind -> kind.getKey() + " " + kind.getValue())
                        .collect(Collectors.joining(", "));
    }
}
