/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.ToolProvider;

/** A process that compiles once. It prints its CPU time in nanoseconds and how many bytes javac has allocated. */
public final class Compilation {
    private Compilation() {}

    /**
     * Compiles.
     *
     * @param arguments a file with javac's arguments, one in a line
     * @throws IOException if the file can't be read
     */
    public static void main(String[] arguments) throws IOException {
        String[] options = Files.readAllLines(Path.of(arguments[0])).toArray(String[]::new);
        int status = ToolProvider.getSystemJavaCompiler().run(null, null, null, options);
        long nanos =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
        long bytes = ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
        System.out.println(nanos + " " + bytes);
        System.exit(status);
    }
}
