package com.terafy.cleanup.history;

import com.terafy.api.HistoryEntry;
import com.terafy.api.HistoryQuery;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The history in files: {@code <shelf>-<day>.<number>.jsonl}, one line an entry, readable by their owner only. Nothing
 * is renamed and whole lines are appended, so that several deployments may write into the same directory; a file that is
 * full is left for the next number. For one thread at a time.
 */
final class HistoryFiles {

    /** So many days, beside the present one, by the clock of UTC. */
    static final Period KEPT = Period.ofDays(7);

    /** A file that has this many bytes is full. */
    static final int FULL = 1024 * 1024;

    /** Most files of a shelf, 16 MB; the oldest goes, however young. At some 450 bytes an entry that is 37,000 entries. */
    static final int MOST_FILES = 16;

    /** Most entries that are written at a time: of the longest ones, less than {@link #LONGEST} minus {@link #FULL}. */
    static final int MOST_AT_A_TIME = 200;

    /** A file with more bytes is not ours. */
    private static final int LONGEST = 8 * FULL;

    private static final Pattern NAME = Pattern.compile("([a-z]+)-(\\d{4}-\\d{2}-\\d{2})\\.(\\d{3})\\.jsonl");
    private static final int MOST_NUMBERS = 1000;

    private static final Set<StandardOpenOption> APPEND =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);

    private final Path directory;
    private final EntryJson json = new EntryJson();

    HistoryFiles(Path directory) {
        this.directory = directory;
    }

    /** One file. */
    private record Segment(Path path, String shelf, LocalDate day, int number) {

        static final Comparator<Segment> NEWEST_FIRST = Comparator.comparing(Segment::day)
                .thenComparing(Segment::number)
                .reversed();

        static Optional<Segment> of(Path path) {
            Matcher name = NAME.matcher(path.getFileName().toString());
            if (!name.matches()) {
                return Optional.empty();
            }
            try {
                return Optional.of(new Segment(
                        path, name.group(1), LocalDate.parse(name.group(2)), Integer.parseInt(name.group(3))));
            } catch (java.time.DateTimeException noDay) {
                return Optional.empty();
            }
        }
    }

    /** Where they are. */
    Path directory() {
        return directory;
    }

    /**
     * Makes the directory, readable by its owner only.
     *
     * @throws IOException if it cannot be made, or may not be written to
     */
    void prepare() throws IOException {
        Files.createDirectories(directory, ownerOnly("rwx------"));
        if (!Files.isWritable(directory)) {
            throw new AccessDeniedException(directory.toString());
        }
    }

    /**
     * Appends entries of one shelf, at most {@link #MOST_AT_A_TIME}.
     *
     * @throws IOException if the directory or the file cannot be made or written
     */
    void append(Shelf shelf, List<HistoryEntry> entries) throws IOException {
        LocalDate today = day(entries.get(entries.size() - 1));
        prepare();
        Path file = forWriting(shelf, today);
        StringBuilder lines = new StringBuilder(endsInTheMiddle(file) ? "\n" : "");
        entries.forEach(entry -> lines.append(json.write(entry)).append('\n'));
        ByteBuffer bytes = ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.UTF_8));
        try (SeekableByteChannel channel = Files.newByteChannel(file, APPEND, ownerOnly("rw-------"))) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }

    /** The last file of the day, or one more, for which room is made. */
    private Path forWriting(Shelf shelf, LocalDate today) throws IOException {
        List<Segment> all = segments(shelf);
        Optional<Segment> last =
                all.stream().filter(segment -> segment.day().equals(today)).findFirst();
        if (last.isPresent() && (size(last.get().path()) < FULL || last.get().number() == MOST_NUMBERS - 1)) {
            return last.get().path();
        }
        int number = last.map(segment -> segment.number() + 1).orElse(0);
        tidy(all, today);
        return directory.resolve(String.format("%s-%s.%03d.jsonl", name(shelf), today, number));
    }

    private static void tidy(List<Segment> all, LocalDate today) throws IOException {
        for (int i = 0; i < all.size(); i++) {
            if (i >= MOST_FILES - 1 || all.get(i).day().isBefore(today.minus(KEPT))) {
                Files.deleteIfExists(all.get(i).path());
            }
        }
    }

    /** The server may have crashed in the middle of a line: the next one must not be lost with it. */
    private static boolean endsInTheMiddle(Path file) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(file, StandardOpenOption.READ)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            if (channel.size() == 0) {
                return false;
            }
            channel.position(channel.size() - 1).read(last);
            return last.get(0) != '\n';
        } catch (NoSuchFileException none) {
            return false;
        }
    }

    /**
     * The newest entries that are wanted, the newest first, at most so many.
     *
     * @throws IOException if the directory or a file cannot be read; one that is not there is empty
     */
    List<HistoryEntry> newest(HistoryQuery query, int most) throws IOException {
        List<HistoryEntry> found = new ArrayList<>();
        for (Shelf shelf : Shelf.of(query.kinds())) {
            found.addAll(newest(shelf, query, most));
        }
        return found.stream()
                .sorted(Comparator.comparing(HistoryEntry::id).reversed())
                .limit(most)
                .toList();
    }

    private List<HistoryEntry> newest(Shelf shelf, HistoryQuery query, int most) throws IOException {
        List<HistoryEntry> found = new ArrayList<>();
        for (Segment segment : segments(shelf)) {
            if (found.size() >= most || isTooOld(segment, query)) {
                break;
            }
            lines(segment.path()).stream()
                    .filter(line -> query.before()
                            .map(before -> line.substring(0, before.length()).compareTo(before) < 0)
                            .orElse(true))
                    .map(line -> json.read(line.substring(line.indexOf('{'))))
                    .flatMap(Optional::stream)
                    .filter(query::matches)
                    .limit(most - (long) found.size())
                    .forEach(found::add);
        }
        return found;
    }

    /** A file may have entries of the days before it, that could not be written then, but none of the days after. */
    private static boolean isTooOld(Segment segment, HistoryQuery query) {
        return query.since()
                .map(since -> segment.day().isBefore(LocalDate.ofInstant(since, ZoneOffset.UTC)))
                .orElse(false);
    }

    /** The lines with an id, which stands before each of them, too; the greatest first: two may have written. */
    private static List<String> lines(Path file) throws IOException {
        if (size(file) > LONGEST) {
            return List.of();
        }
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                    .lines()
                    .flatMap(line -> EntryJson.id(line).map(id -> id + line).stream())
                    .sorted(Comparator.reverseOrder())
                    .toList();
        } catch (NoSuchFileException gone) { // by another deployment's tidying
            return List.of();
        }
    }

    /** Those of a shelf, the newest first. */
    private List<Segment> segments(Shelf shelf) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(Segment::of)
                    .flatMap(Optional::stream)
                    .filter(segment -> segment.shelf().equals(name(shelf)))
                    .sorted(Segment.NEWEST_FIRST)
                    .toList();
        } catch (NoSuchFileException none) {
            return List.of();
        }
    }

    private static long size(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException gone) {
            return 0;
        }
    }

    private static String name(Shelf shelf) {
        return shelf.name().toLowerCase(java.util.Locale.ROOT);
    }

    private static LocalDate day(HistoryEntry entry) {
        return LocalDate.ofInstant(entry.at(), ZoneOffset.UTC);
    }

    /** None where the file system knows no such rights; there the data directory's own hold. */
    private static FileAttribute<?>[] ownerOnly(String rights) {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights))}
                : new FileAttribute<?>[0];
    }
}
