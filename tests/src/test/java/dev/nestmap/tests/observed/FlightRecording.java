/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.observed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** A recording of Nestmap's events. */
final class FlightRecording implements AutoCloseable {
    static final List<String> NAMES = List.of(
            "nestmap.Load",
            "nestmap.Create",
            "nestmap.Swap",
            "nestmap.Share",
            "nestmap.Rotate",
            "nestmap.Take",
            "nestmap.Discard",
            "nestmap.Publish",
            "nestmap.Recover",
            "nestmap.Migrate",
            "nestmap.Misses",
            "nestmap.Program",
            "nestmap.Error");

    private final Recording recording = new Recording();

    /** Starts the recording. */
    FlightRecording() {
        FlightRecorder.getFlightRecorder();
        NAMES.forEach(recording::enable);
        recording.start();
    }

    /** The types of Nestmap's events that the recorder knows. */
    static List<EventType> types() {
        return FlightRecorder.getFlightRecorder().getEventTypes().stream()
                .filter(type -> type.getName().startsWith("nestmap."))
                .toList();
    }

    /** Stops the recording and returns its events in the order of their ends. */
    List<RecordedEvent> stop() {
        recording.stop();
        try {
            Path file = Files.createTempFile("nestmap", ".jfr");
            try {
                recording.dump(file);
                return RecordingFile.readAllEvents(file).stream()
                        .filter(event -> NAMES.contains(event.getEventType().getName()))
                        .sorted((a, b) -> a.getEndTime().compareTo(b.getEndTime()))
                        .toList();
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        recording.close();
    }
}
