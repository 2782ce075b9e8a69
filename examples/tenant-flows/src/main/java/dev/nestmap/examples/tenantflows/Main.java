/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.tenantflows;

import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.error.BpfException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/** Runs the example: {@code [--in-memory] [--datagrams N]}. */
public final class Main {
    /** Each datagram was counted once. */
    static final int EQUAL = 0;

    static final int NOT_EQUAL = 1;
    static final int NOT_RUN = 2;

    private final Options options;
    private final Consumer<String> out;

    private Main(Options options, Consumer<String> out) {
        this.options = options;
        this.out = out;
    }

    /** Exits with 0 if each datagram was counted once, with 1 if not, and with 2 if the example could not run. */
    public static void main(String[] args) throws InterruptedException, ExecutionException {
        // The tree is not ASCII. System.out prints question marks if no locale is set, for example in containers.
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        System.exit(run(out::println, args));
    }

    static int run(Consumer<String> out, String... args) throws InterruptedException, ExecutionException {
        try {
            return new Main(Options.parse(args), out).run();
        } catch (IllegalArgumentException | BpfException | IOException e) {
            out.accept("Could not run: " + e.getMessage());
            return NOT_RUN;
        }
    }

    private int run() throws IOException, InterruptedException, ExecutionException {
        if (options.inMemory()) {
            return inMemory();
        }
        TenantFlowsBpf bpf;
        try {
            bpf = attached();
        } catch (BpfException e) {
            if (!isBpfUnavailable(e)) {
                throw e;
            }
            sayInMemory("BPF is not available, so this runs in memory: " + firstLine(e));
            return inMemory();
        }
        try (bpf) {
            out.accept("XDP program \"count\" counts on lo");
            return demo(bpf, out);
        }
    }

    /** Returns the message without libbpf's log, which helps only with errors of the program. */
    private static String firstLine(BpfException e) {
        return e.getMessage().lines().findFirst().orElse("");
    }

    private static TenantFlowsBpf attached() {
        TenantFlowsBpf bpf = TenantFlowsBpf.load();
        try {
            bpf.count().attach(Xdp.on("lo"));
            return bpf;
        } catch (BpfException e) {
            bpf.close();
            throw e;
        }
    }

    /** Whether the machine or the user lacks something that BPF needs, and the program is not the cause. */
    private static boolean isBpfUnavailable(BpfException e) {
        return switch (e.reason()) {
            case NOT_PERMITTED, NOT_SUPPORTED -> true;
            case NOT_FOUND -> true; // libbpf, or the object if clang was missing at build time
            default -> false;
        };
    }

    /** Runs the demo with the same accessors over maps in memory, and marks every line of the output. */
    private int inMemory() throws IOException, InterruptedException, ExecutionException {
        try (TenantFlowsBpf bpf = TenantFlowsBpf.inMemory()) {
            return demo(bpf, this::sayInMemory);
        }
    }

    private void sayInMemory(String line) {
        out.accept(("[in memory] " + line).stripTrailing());
    }

    private int demo(TenantFlowsBpf bpf, Consumer<String> lines)
            throws IOException, InterruptedException, ExecutionException {
        return new Demo(bpf, options.datagrams(), lines).run() ? EQUAL : NOT_EQUAL;
    }
}
