/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.support;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The page {@code docs/support.md}: a table of attachments, and one of operations for each map type, with a column for each kernel. */
final class SupportPage {
    /** The title of the table of attachments. */
    static final String ATTACHMENTS = "Attachments";

    private static final String HEAD = """
            # What works on which kernel

            The columns of each table are the versions of Linux that were tested. The first table shows [attachments](guide/attach.md) by the
            section of the program. The tests attach a program, cause events, and check that it counts them while it is attached, and neither before
            nor afterwards.

            Each of the other tables shows one map type. The tests create every type as a plain map, and as an inner map of both types of outer
            map. They try each operation on the plain map and on the inner maps. If the results differ, the cell has each of them.

            | cell | meaning |
            | --- | --- |
            | works | the kernel performs the operation, or runs the program |
            | from Linux 6.6 | older kernels do not have the attachment |
            | not built in | the kernel was built without the attachment. Debian's Linux 6.1 has no `CONFIG_FPROBE` |
            | `ENOTSUPP`, `EOPNOTSUPP` | the type does not have this operation. `ENOTSUPP` (524) is an error number that only the kernel has a name for |
            | another error number | the kernel refuses the operation with this error |
            | takes descriptors | the type has this operation, and its value is the file descriptor of a socket, program or device |
            | no `max_entries` | maps of this type have no size |
            | refused by Nestmap | the kernel performs the operation, but it would be unsafe |
            | empty | this kernel does not have the type |

            The tests that depend on the kernel ran on these machines, in November 2026 with JDK 17. `bin/test-kernels` runs them in emulated machines,
            which do not show weak memory ordering:

            | kernel | architecture | pages | tests | passed | failed | skipped |
            | --- | --- | --- | --- | --- | --- | --- |
            | 6.1.192 | amd64 | 4 KiB | all, in 16 minutes | 801 | 1: the limit of a trie's values, which is mended | 158, of features that the kernel lacks |
            | 6.12.117 | amd64 | 4 KiB | 121 classes of `runtime` and `tests`, in 48 minutes beside other work | 1,240 | 1: creation of inner maps on demand, which was slower than the test's bound, which is mended | 14: 7 of features that the kernel lacks, 3 of kernels without features that it has, 4 of this JDK, libbpf or machine |
            | 6.12.117 | amd64 | 4 KiB | the attachments below; 4 classes of links, running calls, iterators and structs | 53 | 0 | 1, of a newer kernel |
            | 6.18.15 | amd64 | 4 KiB | the attachments below; 8 classes of links, upgrades, stubs, iterators and structs | 260 | 0 | 0 |
            | 6.1.192 | arm64 | 4 KiB | 4 classes of attached programs | 26 | 0 | 14: 10 of `fentry` and `lsm`, 4 of newer kernels |
            | 6.12.117 | arm64 | 4 KiB | all, in 39 minutes beside other work | 937 | 4: the takeover of a netkit peer's link, which is mended, and 3 of links and stubs, which passed when QEMU used one thread | 45, of features that the kernel lacks |
            | 6.12.117 | arm64 | 16 KiB | 52 classes of `runtime`, in 19 minutes beside other work | 646 | 1: the size of a context, which the test took from smaller pages; mended, and passed again | 24: 16 of limits of smaller pages, 8 of features that the kernel, libbpf or this JDK lacks |

            On arm64, programs for functions (`fentry`, `fexit`, `fmod_ret`) and security hooks (`lsm`) can be attached since Linux 6.4, and Debian's 6.12
            has no links to many functions (`kprobe.multi`).

            The two runs on Linux 6.12.117 with counts of classes are from 22 November 2026, and of the classes that take three seconds at most on the machine
            that emulates. With pages of 16 KiB, 45 classes of `tests` ran too. Three of their tests expected pages of 4 KiB, are mended, and passed again. Then
            an atomic instruction on a value of an LPM_TRIE [crashed the kernel](guide/declare.md#map-types). Without this instruction the test passed.

            The column 6.18 is from Linux 6.18.44. That kernel was built without netkit, `lsm_cgroup`, tracepoints, kprobes, and programs for kernel
            functions and security hooks, so these attachments are from Debian's Linux 6.18.15.

            Perf events of the CPU ran a program on Linux 6.12.117 for arm64, where QEMU counts cycles (`PerfEvent.hardware(CPU_CYCLES)`). Linux 6.18.44 for
            x86-64, in a virtual machine without such counters, refused them with ENOENT.

            With libbpf 1.8 instead of Debian's 1.1, 114 classes ran on Linux 6.18.44: 1,326 tests passed and 165 were skipped. Three tests
            failed because of libbpf 1.8: two messages are mended, and a test of older versions is skipped. With libbpf 1.8 on Linux 6.12.117,
            17 tests of `struct_ops` passed, and that of older versions was skipped.

            `SupportTest` compares this page with the running kernel. `-Dtest=SupportTest -Dsupport.update=true` writes the column of the running
            kernel, and `bin/test-kernels --support` writes the columns of the kernels in virtual machines.
            """;

    /** Cells by type, operation and kernel. */
    private final Map<String, Map<String, Map<String, String>>> cells = new LinkedHashMap<>();

    /** Parses the page. */
    static SupportPage of(String text) {
        SupportPage page = new SupportPage();
        String type = "";
        List<String> kernels = List.of();
        for (String line : text.lines().toList()) {
            if (line.startsWith("## ")) {
                type = line.substring(3);
            } else if (line.startsWith("| operation |") || line.startsWith("| section |")) {
                kernels = row(line);
            } else if (!type.isEmpty() && line.startsWith("| ") && !line.startsWith("| ---")) {
                List<String> row = row(line);
                for (int i = 1; i < row.size(); i++) {
                    page.put(type, row.get(0), kernels.get(i), row.get(i));
                }
            }
        }
        return page;
    }

    private static List<String> row(String line) {
        return Arrays.stream(line.substring(1, line.length() - 1).split("\\|", -1))
                .map(String::strip)
                .toList();
    }

    private void put(String type, String operation, String kernel, String cell) {
        if (!cell.isEmpty()) {
            cells.computeIfAbsent(type, t -> new LinkedHashMap<>())
                    .computeIfAbsent(operation, o -> new TreeMap<>())
                    .put(kernel, cell);
        }
    }

    /** The column of a kernel: the results by type and operation. */
    Map<String, Map<String, String>> column(String kernel) {
        Map<String, Map<String, String>> column = new LinkedHashMap<>();
        cells.forEach((type, operations) -> operations.forEach((operation, kernels) -> {
            String cell = kernels.get(kernel);
            if (cell != null) {
                column.computeIfAbsent(type, t -> new LinkedHashMap<>()).put(operation, cell);
            }
        }));
        return column;
    }

    /** Returns the page with this kernel's column replaced. The columns of other kernels stay as they are. */
    SupportPage with(String kernel, Map<String, Map<String, String>> column) {
        SupportPage page = new SupportPage();
        column.forEach(
                (type, operations) -> operations.forEach((operation, cell) -> page.put(type, operation, kernel, cell)));
        cells.forEach((type, operations) ->
                operations.forEach((operation, kernels) -> kernels.forEach((other, cell) -> {
                    if (!other.equals(kernel)) {
                        page.put(type, operation, other, cell);
                    }
                })));
        return page;
    }

    /** Returns the page as text. */
    String text() {
        List<String> kernels = cells.values().stream()
                .flatMap(operations -> operations.values().stream())
                .flatMap(byKernel -> byKernel.keySet().stream())
                .distinct()
                .sorted(SupportPage::compareVersions)
                .toList();
        StringBuilder text = new StringBuilder(HEAD);
        cells.forEach((type, operations) -> {
            text.append("\n## ").append(type).append("\n\n");
            line(text, type.equals(ATTACHMENTS) ? "section" : "operation", kernels);
            line(text, "---", kernels.stream().map(kernel -> "---").toList());
            operations.forEach((operation, byKernel) -> line(
                    text,
                    operation,
                    kernels.stream()
                            .map(kernel -> byKernel.getOrDefault(kernel, ""))
                            .toList()));
        });
        return text.toString();
    }

    private static void line(StringBuilder text, String first, List<String> others) {
        List<String> row = new ArrayList<>(List.of(first));
        row.addAll(others);
        text.append("| ").append(String.join(" | ", row)).append(" |\n");
    }

    private static int compareVersions(String one, String other) {
        return Arrays.compare(numbers(one), numbers(other));
    }

    private static int[] numbers(String version) {
        return Arrays.stream(version.split("\\.", -1))
                .mapToInt(Integer::parseInt)
                .toArray();
    }
}
