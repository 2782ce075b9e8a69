/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Records each logged line as {@code LEVEL text}. */
final class RecordingLog implements BuildLog {
    private final List<String> lines = new CopyOnWriteArrayList<>();

    List<String> lines() {
        return List.copyOf(lines);
    }

    @Override
    public void log(Level level, String message) {
        String name = level == Level.WARNING ? "WARN" : level.name();
        message.lines().forEach(line -> lines.add(name + " " + line));
    }
}
