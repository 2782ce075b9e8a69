/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.NetworkNamespace;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the service on the README under traffic, and compares the sum and the form of its lines with the output that the README shows. */
@KernelTest
@Timeout(120)
class ReadmeProgramTest {
    private static final Pattern LINE = Pattern.compile("5353: (\\d+) packets from /127\\.0\\.0\\.[12]");

    @TempDir
    Path directory;

    @Test
    void theServicePrintsEachPacketOnce() throws Throwable {
        Page readme = Page.all().get(0);
        Snippet output = readme.snippets().stream()
                .filter(snippet -> snippet.is("sum of packets"))
                .findFirst()
                .orElseThrow();
        long packets = Long.parseLong(output.argument());
        assertThat(output.code().lines().mapToLong(ReadmeProgramTest::packets).sum())
                .as("the sum of the lines on the README")
                .isEqualTo(packets);
        readme.compile(directory);

        NetworkNamespace.run(() -> runs(packets));
    }

    private void runs(long packets) throws Exception {
        try (URLClassLoader classes = Page.classes(directory)) {
            Process service = new ChildVm()
                    .withClassPath(directory + File.pathSeparator + System.getProperty("java.class.path"))
                    .start(classes.loadClass("com.acme.Main"));
            try (BufferedReader lines = service.inputReader()) {
                try (DatagramSocket first = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
                    for (boolean counts = false;
                            !counts; ) { // until it has, its program may not be attached; warnings may come first
                        send(first, 1);
                        Thread.sleep(10);
                        counts = lines.ready() && LINE.matcher(lines.readLine()).matches();
                    }
                }
                try (DatagramSocket second = new DatagramSocket(0, InetAddress.getByName("127.0.0.2"))) {
                    send(second, packets);
                }
                for (long counted = 0; counted != packets; ) {
                    String line = Objects.requireNonNull(lines.readLine(), "the service has ended");
                    counted += line.endsWith("/127.0.0.2") ? packets(line) : 0;
                    assertThat(counted).isLessThanOrEqualTo(packets);
                }
            } finally {
                service.destroyForcibly().waitFor();
            }
        }
    }

    private static void send(DatagramSocket socket, long datagrams) throws IOException {
        DatagramPacket datagram = new DatagramPacket(new byte[100], 100, InetAddress.getLoopbackAddress(), 5353);
        for (long sent = 0; sent < datagrams; sent++) {
            socket.send(datagram);
        }
    }

    private static long packets(String line) {
        Matcher packets = LINE.matcher(line);
        assertThat(packets.matches()).as(line).isTrue();
        return Long.parseLong(packets.group(1));
    }
}
