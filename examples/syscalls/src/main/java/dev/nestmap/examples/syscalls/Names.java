/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.syscalls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The names of users and of system calls. */
final class Names {
    private final Map<Long, String> users = new HashMap<>();
    private final Map<Long, String> calls = new HashMap<>();

    /** Reads the users from {@code /etc/passwd}, and on x86-64 the system calls from a list. Other architectures have other numbers. */
    Names() throws IOException {
        for (String line : Files.readAllLines(Path.of("/etc/passwd"))) {
            String[] fields = line.split(":", -1);
            if (fields.length > 2 && fields[2].matches("\\d+")) { // not an entry for NIS
                users.putIfAbsent(Long.parseLong(fields[2]), fields[0]);
            }
        }
        if (!System.getProperty("os.arch").equals("amd64")) {
            return;
        }
        try (InputStream list = Objects.requireNonNull(Names.class.getResourceAsStream("x86-64.txt"))) {
            new String(list.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(line -> {
                String[] fields = line.split(" ", -1);
                calls.put(Long.parseLong(fields[0]), fields[1]);
            });
        }
    }

    String user(long uid) {
        return users.getOrDefault(uid, Long.toString(uid));
    }

    String call(long number) {
        return number == Syscalls.NUMBERS - 1 ? "other" : calls.getOrDefault(number, Long.toString(number));
    }
}
