/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Records each logged line as {@code LEVEL text}. */
final class RecordingLog implements BuildLog {
    private final List<String> lines = new CopyOnWriteArrayList<>();

    List<String> lines() {
        return List.copyOf(lines);
    }

    @Override
    public void info(String message) {
        add("INFO ", message);
    }

    @Override
    public void warn(String message) {
        add("WARN ", message);
    }

    @Override
    public void error(String message) {
        add("ERROR ", message);
    }

    private void add(String level, String message) {
        message.lines().forEach(line -> lines.add(level + line));
    }
}
