/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.ratelimits;

/**
 * The number of packets that a limit lets through, computed from times that were measured in user space. A packet arrived at some moment
 * between two measured times, so the number is a range. Its upper end assumes the longest possible time between packets, in which the
 * sender's debt shrinks the most. Its lower end assumes the shortest.
 */
final class Allowance {
    /** The kernel reads its clock without a lock in {@code bpf_ktime_get_ns}, and may be off by nanoseconds while the clock is adjusted. */
    private static final long CLOCK_NANOS = 1_000;

    private final Bucket fewest;
    private final Bucket most;

    /**
     * Creates the allowance of a sender.
     *
     * @param paidUntil the time until which the sender has paid, as {@code System.nanoTime}
     */
    Allowance(Rate rate, long paidUntil) {
        this.fewest = new Bucket(rate, paidUntil);
        this.most = new Bucket(rate, paidUntil);
    }

    /** Adds a packet that arrived between two values of {@code System.nanoTime}. */
    void packet(long earliest, long latest) {
        fewest.packet(earliest - CLOCK_NANOS, latest + CLOCK_NANOS);
        most.packet(latest + CLOCK_NANOS, earliest - CLOCK_NANOS);
    }

    boolean allows(long passed) {
        return passed >= fewest.passed && passed <= most.passed;
    }

    @Override
    public String toString() {
        return fewest.passed == most.passed
                ? "%,d".formatted(most.passed)
                : "%,d to %,d".formatted(fewest.passed, most.passed);
    }

    /** A leaky bucket. Each packet that passes adds the interval to the debt, and time takes it away. */
    private static final class Bucket {
        private final long interval;
        private final long burst;
        private long debt;
        private long since;
        private long passed;

        /** The debt shrinks from time 0 on. */
        Bucket(Rate rate, long debt) {
            this.interval = rate.interval().toNanos();
            this.burst = rate.burstTime().toNanos();
            this.debt = debt;
        }

        /** Handles a packet. The debt has shrunk until {@code now}, and will shrink from {@code next} on. */
        void packet(long now, long next) {
            debt = Math.max(0, debt - Math.max(0, now - since));
            since = next;
            if (debt + interval <= burst) {
                debt += interval;
                passed++;
            }
        }
    }
}
