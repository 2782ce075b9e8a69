/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** The preemption model of the kernel. */
enum KernelPreemption {
    /** Never. */
    NONE,
    /** Only where the code of the kernel allows it. */
    VOLUNTARY,
    /** Almost everywhere. */
    FULL,
    /** Almost everywhere, but for threads of the usual policies only at the next tick. */
    LAZY,
    /** Almost everywhere ({@code PREEMPT_RT}). */
    RT,
    /** The kernel's boot parameters can't be read. */
    UNKNOWN;

    /** The model in brackets, such as {@code none voluntary (full) lazy}: {@code sched_dynamic_show} in kernel/sched/debug.c. */
    private static final Pattern CHOSEN = Pattern.compile("\\((\\w+)\\)");

    private static final Pattern PARAMETER = Pattern.compile("(?:^|\\s)preempt=(\\w+)");

    /** The model of the running kernel. */
    static KernelPreemption ofThisKernel() {
        return of(
                SystemChecks.text("/sys/kernel/debug/sched/preempt"),
                SystemChecks.text("/proc/sys/kernel/version"),
                SystemChecks.text("/proc/cmdline"),
                configuration(SystemChecks.text("/proc/sys/kernel/osrelease")));
    }

    /**
     * Finds the model. Only a kernel with {@code PREEMPT_DYNAMIC} can change it: at its start, and later by the file in debugfs. The version
     * has the flags of init/Makefile.
     *
     * @param debugfs content of {@code /sys/kernel/debug/sched/preempt}; empty if it can't be read
     * @param version content of {@code /proc/sys/kernel/version}
     * @param commandLine content of {@code /proc/cmdline}
     * @param configuration the options that the kernel was built with; empty if they can't be read
     */
    static KernelPreemption of(String debugfs, String version, String commandLine, String configuration) {
        if (version.contains("PREEMPT_RT")) { // may have one of the other models, too
            return RT;
        }
        Matcher chosen = CHOSEN.matcher(debugfs);
        if (chosen.find()) {
            return named(chosen.group(1));
        }
        if (!version.contains("PREEMPT")) {
            return configuration.contains("CONFIG_PREEMPT_VOLUNTARY=y") ? VOLUNTARY : NONE;
        }
        if (version.contains("PREEMPT_DYNAMIC")) {
            String last = PARAMETER
                    .matcher(commandLine)
                    .results()
                    .map(found -> found.group(1))
                    .reduce("", (first, second) -> second);
            if (!last.isEmpty() && named(last) != UNKNOWN) {
                return named(last);
            }
        }
        return Stream.of(NONE, VOLUNTARY, LAZY)
                .filter(model -> configuration.contains("CONFIG_PREEMPT_" + model + "=y"))
                .findFirst()
                .orElseGet(() -> configuration.contains("CONFIG_PREEMPT=y") ? FULL : UNKNOWN);
    }

    private static KernelPreemption named(String name) {
        return Stream.of(NONE, VOLUNTARY, FULL, LAZY)
                .filter(model -> model.text().equals(name))
                .findFirst()
                .orElse(UNKNOWN);
    }

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static String configuration(String release) {
        String file = Stream.of(
                        "/boot/config-" + release,
                        "/usr/lib/modules/" + release + "/config",
                        "/lib/modules/" + release + "/config")
                .map(SystemChecks::text)
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
        if (!file.isEmpty()) {
            return file;
        }
        try (InputStream packed = new GZIPInputStream(Files.newInputStream(Path.of("/proc/config.gz")))) {
            return new String(packed.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            return "";
        }
    }
}
