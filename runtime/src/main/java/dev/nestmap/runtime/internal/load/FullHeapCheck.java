/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.internal.log.WarningLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Logs one line if a full heap does not end this Java VM. Looks for the option where a VM gets its options, because the management beans that
 * know it take 40 to 100 ms, and belong to modules that an image may lack.
 */
final class FullHeapCheck {
    private static final AtomicBoolean IS_DONE = new AtomicBoolean();

    /** An option that ends the VM or runs a command, or a file with options that this class does not read. */
    private static final Pattern ENDS = Pattern.compile(
            "-XX:(\\+(Exit|Crash)OnOutOfMemoryError|(OnOutOfMemoryError|Flags|VMOptionsFile)=)|(^|[\\s\0])@");

    private FullHeapCheck() {}

    /** Logs the line at the first load of this process. */
    static void log() {
        if (!IS_DONE.getAndSet(true) && !endsProcess(options())) {
            WarningLog.RUNTIME.log(
                    System.Logger.Level.INFO,
                    "if this Java VM's heap becomes full, objects of Nestmap fail, but the VM continues. Start the VM with"
                            + " -XX:+ExitOnOutOfMemoryError, so that it ends and your service is started again"
                            + " (https://nestmap.dev/production/deploy#a-full-heap)",
                    null);
        }
    }

    static boolean endsProcess(String options) {
        return ENDS.matcher(options).find();
    }

    private static String options() {
        String variables = Stream.of("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS")
                .map(System::getenv)
                .filter(value -> value != null)
                .collect(Collectors.joining(" "));
        try { // not as UTF-8, because arguments may have any bytes
            return variables + ' ' + Files.readString(Path.of("/proc/self/cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "@"; // nobody knows
        }
    }
}
