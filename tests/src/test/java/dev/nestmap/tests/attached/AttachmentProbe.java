/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.testing.NetworkNamespace;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.function.Executable;
import org.opentest4j.TestAbortedException;

/** Attaches a program in each way, and checks that the kernel runs it while it is attached, and not before and afterwards. */
public final class AttachmentProbe {
    /** The kernel ran the program. */
    public static final String WORKS = "works";

    /** The kernel is new enough, but was built or started without what the attachment needs. */
    public static final String NOT_BUILT_IN = "not built in";

    private final Map<String, String> results = new LinkedHashMap<>();

    private AttachmentProbe() {}

    /** Returns the result for each attachment, by the section of its programs. */
    public static Map<String, String> results() throws Throwable {
        AttachmentProbe probe = new AttachmentProbe();
        for (AttachedHook hook : AttachedHook.values()) {
            probe.add(hook.section(), hook.feature(), () -> HookTest.runsWhileAttached(hook));
        }
        probe.addSockets();
        probe.add(".struct_ops", null, () -> StructOpsTest.runsWhileAttached(StructOpsTest.PLAIN));
        probe.add(
                ".struct_ops.link",
                KernelFeature.STRUCT_OPS_LINKS,
                () -> StructOpsTest.runsWhileAttached(StructOpsTest.LINKED));
        return probe.results;
    }

    private void addSockets() throws Throwable {
        SocketProgramsTest sockets = new SocketProgramsTest();
        try {
            add("sk_msg", null, sockets::redirectsSentDataToAnotherSocket);
            add("sk_skb", null, sockets::redirectsReceivedDataToAnotherConnection);
        } finally {
            sockets.bpf.close();
        }
    }

    /** Adds a result. A program that was attached and did not run fails the test. */
    private void add(String section, @Nullable KernelFeature feature, Executable probe) throws Throwable {
        results.put("`" + section + "`", result(feature, probe));
    }

    private static String result(@Nullable KernelFeature feature, Executable probe) throws Throwable {
        if (feature != null && !feature.isPresent()) {
            return isOlderThan(feature.since()) ? "from Linux " + feature.since() : NOT_BUILT_IN;
        }
        try {
            NetworkNamespace.run(probe);
            return WORKS;
        } catch (TestAbortedException e) {
            return NOT_BUILT_IN;
        } catch (BpfException e) {
            Errno errno = e.errno();
            if (errno == null) {
                throw e;
            }
            return "`" + errno + "`";
        }
    }

    private static boolean isOlderThan(String version) {
        return Arrays.compare(numbers(System.getProperty("os.version")), numbers(version)) < 0;
    }

    private static int[] numbers(String version) {
        return Arrays.stream(version.split("[.+-]"))
                .limit(2)
                .mapToInt(Integer::parseInt)
                .toArray();
    }
}
