/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.tenantflows;

import dev.nestmap.runtime.BpfException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/** Runs the example: {@code [--in-memory] [--datagrams N] [--interface lo]}. */
public final class Main {
    private static final int DATAGRAMS = 100_000;

    private Main() {}

    /** Exits with 0 when everything that was sent was counted, with 1 when not, with 2 when it could not run. */
    public static void main(String[] args) throws Exception {
        System.exit(run(List.of(args)));
    }

    private static int run(List<String> args) throws Exception {
        int datagrams = Integer.parseInt(option(args, "--datagrams", Integer.toString(DATAGRAMS)));
        return args.contains("--in-memory")
                ? inMemory(datagrams)
                : inKernel(option(args, "--interface", "lo"), datagrams);
    }

    private static int inKernel(String networkInterface, int datagrams) throws Exception {
        try (TenantFlowsBpf bpf = TenantFlowsBpf.load()) {
            bpf.program("count").attachXdp(networkInterface);
            System.out.println("XDP program \"count\" counts on " + networkInterface);
            return demo(bpf, datagrams, System.out::println);
        } catch (BpfException e) {
            System.out.println("could not run in the kernel: " + e.getMessage());
            return 2;
        }
    }

    /** The same accessors over the heap; every line says so. */
    private static int inMemory(int datagrams) throws Exception {
        try (TenantFlowsBpf bpf = TenantFlowsBpf.inMemory()) {
            return demo(bpf, datagrams, line -> System.out.println(("[in memory] " + line).stripTrailing()));
        }
    }

    private static int demo(TenantFlowsBpf bpf, int datagrams, Consumer<String> out)
            throws java.io.IOException, InterruptedException, ExecutionException {
        return new Demo(bpf, datagrams, out).run() ? 0 : 1;
    }

    private static String option(List<String> args, String name, String otherwise) {
        int index = args.indexOf(name);
        return index >= 0 && index + 1 < args.size() ? args.get(index + 1) : otherwise;
    }
}
