/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.pin;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.types.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Identifies an inner map that was taken out of its slot, among the maps of all machines. Send the identity with the map's entries. If
 * entries arrive twice, a receiver that remembers identities can skip them.
 *
 * <p>If a displaced map comes again, in the same or in a later process, it has the same identity. If a map is in several slots, such as a map
 * with settings, it has a separate identity for each slot. Two identities are equal if the machine, the boot, the id and the time are equal.
 * The bytes of the key don't matter, because an upgrade may change them.
 *
 * <p>The id alone is not enough. The kernel counts map ids up and begins again at 1 after 2^31-2 maps ({@code bpf_map_alloc_id} in {@code
 * kernel/bpf/syscall.c} calls {@code idr_alloc_cyclic}, Linux 4.13 to 6.18): after 24 days, if a process creates 1,000 maps each second. And
 * rotations put acknowledged maps into slots again, with the same id. {@code takenOut} distinguishes such maps. It never repeats within a process,
 * even if the clock is set back.
 *
 * @param machine the machine: {@link PinOptions#withMachine}, the system property {@code nestmap.machine}, or the content of {@code
 *     /etc/machine-id}
 * @param bootId the kernel's id of the current boot, {@code /proc/sys/kernel/random/boot_id}; for a map in memory, a random number of this
 *     process
 * @param mapId the kernel's id of the map when it was taken out; in memory, a number that is unique in this process
 * @param takenOut the time, by the machine's clock, at which the map was taken out of its slot. Programs that were running then may have written to
 *     the map a few milliseconds longer
 * @param outerMap the name of the outer map in C
 * @param outerKey the key of the slot, as the bytes of its C type
 */
public record MapIdentity(
        String machine, UUID bootId, int mapId, Instant takenOut, String outerMap, ByteString outerKey) {
    private static final String PROPERTY = "nestmap.machine";
    private static final Path MACHINE_ID = Path.of("/etc/machine-id");

    /** {@code machine-id(5)}. */
    private static final Pattern VALID_MACHINE_ID = Pattern.compile("[0-9a-f]{32}");

    /** Machine, boot, id and time. */
    private static final Pattern TEXT =
            Pattern.compile("(?s)(.+)/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/([0-9]{1,10})/([^/]+)");

    /**
     * Returns the identity as a key for a database: the machine, the boot, the id and the time, separated by slashes. The form never changes.
     *
     * @return at most 200 characters if the machine's name has at most 100
     */
    public String text() {
        return machine + "/" + bootId + "/" + Integer.toUnsignedString(mapId) + "/" + takenOut;
    }

    /**
     * Reads a {@link #text}.
     *
     * @param text the text
     * @return an equal identity; its {@code outerMap} and {@code outerKey} are empty, because the text does not contain them
     * @throws IllegalArgumentException if it is no such text
     */
    public static MapIdentity parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (parts.matches()) {
            try {
                return new MapIdentity(
                        parts.group(1),
                        UUID.fromString(parts.group(2)),
                        Integer.parseUnsignedInt(parts.group(3)),
                        Instant.parse(parts.group(4)),
                        "",
                        ByteString.of(new byte[0]));
            } catch (NumberFormatException | DateTimeParseException e) {
                // as below
            }
        }
        throw new IllegalArgumentException("\"" + text
                + "\" is not the text of an identity, such as "
                + "node-17/0b2a1c7e-4f0e-4b7e-9d3c-1f2a3b4c5d6e/42/2026-07-01T12:00:00.123456789Z");
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof MapIdentity same
                && machine.equals(same.machine)
                && bootId.equals(same.bootId)
                && mapId == same.mapId
                && takenOut.equals(same.takenOut);
    }

    @Override
    public int hashCode() {
        return Objects.hash(machine, bootId, mapId, takenOut);
    }

    /**
     * Names this machine.
     *
     * @return the system property {@code nestmap.machine}, or else the content of {@code /etc/machine-id}
     * @throws BpfException if the property has more than 100 characters. Also if it is not set and the file has no id or does not exist, as in many
     *     containers
     */
    public static String machineId() {
        String given = System.getProperty(PROPERTY);
        if (given != null && !given.isBlank()) {
            if (given.length() > PinOptions.LONGEST_MACHINE) {
                throw BpfException.of(Reason.WRONG_USE, "naming of this machine")
                        .because("the system property " + PROPERTY + " has " + given.length()
                                + " characters: set a name of at most " + PinOptions.LONGEST_MACHINE);
            }
            return given;
        }
        String id;
        try {
            id = Files.readString(MACHINE_ID).strip();
        } catch (NoSuchFileException e) {
            throw noMachineId("the file is missing");
        } catch (IOException e) {
            throw BpfException.of(Reason.SYSTEM_CALL, "reading of " + MACHINE_ID)
                    .cause(e)
                    .because("it can't be read (" + e + "): let this process read it, or try again");
        }
        if (!VALID_MACHINE_ID.matcher(id).matches()) {
            throw noMachineId("it contains \"" + id + "\" instead of 32 hexadecimal digits");
        }
        return id;
    }

    private static BpfException noMachineId(String why) {
        return BpfException.of(Reason.NOT_FOUND, "reading of " + MACHINE_ID)
                .because(why + ": name the machine with PinOptions.withMachine or -D" + PROPERTY
                        + ", for example with the name of the Kubernetes node");
    }
}
