/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.memory.heap;

import dev.nestmap.runtime.attach.Hook;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.Link;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.LoadedProgram;
import dev.nestmap.runtime.internal.backend.MemoryBackend;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.observe.ProgramStatistics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.function.ToIntBiFunction;

/**
 * A program in Java that {@code MemoryProgram} defines. Attaching it always succeeds, but only test runs call it.
 *
 * @param id a number that no other program of the object has
 * @param body gets a packet and a context, may change their bytes, and returns the program's value
 * @param closed whether the object is closed
 */
record HeapProgram(String name, String section, int id, ToIntBiFunction<byte[], byte[]> body, BooleanSupplier closed)
        implements LoadedProgram {
    @Override
    public KernelLink attach() {
        requireOpen("attach");
        return new HeapLink(name);
    }

    @Override
    @SuppressWarnings("unchecked") // a HeapLink is each kind of link
    public <L extends Link> L attach(Hook<? super Hook.AnyKind, L> hook) {
        return (L) attach();
    }

    @Override
    @SuppressWarnings("unchecked")
    public <L extends KernelLink> L attach(Hook<? super Hook.AnyKind, L> hook, LinkPin pin) {
        return (L) attach();
    }

    @Override
    public Link attachTo(RawMap map) {
        return attach();
    }

    @Override
    public void pin(Path path) {
        requireOpen("pin");
    }

    @Override
    public TestRun testRun(TestRun.Input options) {
        requireOpen("test run");
        int value = 0;
        byte[] packet = {};
        byte[] context = {};
        for (int run = 0; run < options.repeat(); run++) {
            packet = options.data();
            context = options.context();
            byte[] data = packet;
            byte[] meta = context;
            value = MemoryBackend.runAsProgram(() -> body.applyAsInt(data, meta));
        }
        return new TestRun(value, packet, context, null);
    }

    @Override
    public ProgramStatistics statistics() {
        requireOpen("reading of the statistics");
        return new ProgramStatistics(name, id, 0, Duration.ZERO, 0, 0, 0, 0);
    }

    @Override
    public void withFd(String operation, IntConsumer action) {
        throw BpfException.of(Reason.NOT_SUPPORTED, operation)
                .because("program " + name
                        + " is Java code in memory, which no BPF program can tail-call: test tail calls with an object that"
                        + " load() returned");
    }

    private void requireOpen(String operation) {
        if (closed.getAsBoolean()) {
            throw BpfException.of(Reason.CLOSED, operation + " of program " + name)
                    .because("its object is closed");
        }
    }
}
