/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

/** With whom Nestmap is compared. */
enum Rival {
    /** C with libbpf, in the fastest way that we know. */
    C("c", "C"),
    /** C with libbpf, in the way that is easiest to write. */
    NAIVE_C("naive", "naive C"),
    /** Go with cilium/ebpf, which is given structs. */
    GO("go", "Go"),
    /** Go with cilium/ebpf, which is given pointers, or batches and kept descriptors. */
    FAST_GO("go-fast", "Go, fast"),
    /** {@link BareCalls}: the native calls that Nestmap makes, without Nestmap. */
    BARE("bare", "bare calls");

    private final String suffix;
    private final String title;

    Rival(String suffix, String title) {
        this.suffix = suffix;
        this.title = title;
    }

    String suffix() {
        return suffix;
    }

    String title() {
        return title;
    }

    /** The name of the row that compares a benchmark with this rival. */
    String rowName(String benchmark) {
        return this == C ? benchmark : benchmark + "-" + suffix;
    }
}
