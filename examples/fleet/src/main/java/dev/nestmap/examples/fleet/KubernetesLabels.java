/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds the pod of a control group, for maps with an inner map for each control group ({@code bpf_get_current_cgroup_id}). It reads two directories
 * of the node, and asks no server: the kubelet puts the pod's uid into the path of the control group, and the names of pods into those of
 * their logs.
 *
 * <p>It remembers what it has found, because a map may be shipped after its pod has ended. Ask it once when the inner map is created. It reads
 * the directories again for a pod whose name it has not found, because its logs may be younger.
 */
final class KubernetesLabels implements Function<Long, Map<String, String>> {
    /** As in kubepods-burstable-pod0c2f_..._1.slice of systemd, and pod0c2f-...-1 of cgroupfs. */
    private static final Pattern POD =
            Pattern.compile("pod([0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12}|[0-9a-f]{32})(?:\\.slice)?$");

    /** As in cri-containerd-ID.scope of systemd, and ID of cgroupfs. */
    private static final Pattern CONTAINER = Pattern.compile("(?:.*-)?([0-9a-f]{64})(?:\\.scope)?$");

    private static final String UID = "pod_uid";
    private static final int MOST = 100_000;

    private final Path controlGroups;
    private final Path logs;
    private final Map<Long, Map<String, String>> known = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Map<String, String>> oldest) {
            return size() > MOST;
        }
    };

    /**
     * Creates the labels of a node.
     *
     * @param controlGroups /sys/fs/cgroup
     * @param logs /var/log/pods
     */
    KubernetesLabels(Path controlGroups, Path logs) {
        this.controlGroups = controlGroups;
        this.logs = logs;
    }

    /** Returns pod_uid, namespace, pod and container, as far as they are known. Empty for a control group of no pod. */
    @Override
    public synchronized Map<String, String> apply(Long controlGroup) {
        Map<String, String> labels = known.get(controlGroup);
        if (labels == null || (labels.containsKey(UID) && !labels.containsKey("pod"))) {
            read();
            labels = known.computeIfAbsent(controlGroup, unknown -> Map.of());
        }
        return labels;
    }

    private void read() {
        Map<String, String[]> names = names();
        try {
            Files.walkFileTree(controlGroups, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                        throws IOException {
                    Map<String, String> labels = labels(directory, names);
                    if (!labels.isEmpty()) {
                        known.merge(
                                (Long) Files.getAttribute(directory, "unix:ino"),
                                labels,
                                (old, read) -> old.size() > read.size() ? old : read); // the logs may be gone
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) {
                    return FileVisitResult.CONTINUE; // the control group has ended meanwhile
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, IOException failure) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, String> labels(Path directory, Map<String, String[]> names) {
        Map<String, String> labels = new HashMap<>();
        for (Path name : controlGroups.relativize(directory)) {
            Matcher pod = POD.matcher(name.toString());
            Matcher container = CONTAINER.matcher(name.toString());
            if (pod.find()) {
                String uid = pod.group(1).replace('_', '-');
                labels.put(UID, uid);
                String[] found = names.get(uid);
                if (found != null) {
                    labels.put("namespace", found[0]);
                    labels.put("pod", found[1]);
                }
            } else if (container.matches() && labels.containsKey(UID)) {
                labels.put("container", container.group(1));
            }
        }
        return labels;
    }

    /** Namespace and name of each pod by its uid: a directory of logs is NAMESPACE_NAME_UID, and names have no underscores. */
    private Map<String, String[]> names() {
        Map<String, String[]> names = new HashMap<>();
        try (Stream<Path> pods = Files.list(logs)) {
            pods.map(pod -> String.valueOf(pod.getFileName()).split("_", -1))
                    .filter(parts -> parts.length == 3)
                    .forEach(parts -> names.put(parts[2], parts));
        } catch (IOException e) {
            // Without the directory, the labels have the uid only.
        }
        return names;
    }
}
