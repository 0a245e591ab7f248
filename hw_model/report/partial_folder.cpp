// SPDX-License-Identifier: Apache-2.0
#include "hw_model/report/partial_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>
#include <utility>

#include "hw_model/base/error.h"
#include "hw_model/state/checkpoint_file.h"

namespace cortile::report {
namespace {

namespace fs = std::filesystem;

constexpr const char* kOtherFolder = "name another folder for the results";

std::string hint_for(int error) {
    switch (error) {
        case ENOSPC:
        case EDQUOT:
            return "free some space, or name a folder on another disk";
        case EFBIG:
            return "raise the limit on the size of a file (ulimit -f), or record fewer probes";
        case EACCES:
        case EPERM:
        case EROFS:
            return "name a folder that you may write to, or change its permissions";
        default:
            return kOtherFolder;
    }
}

[[noreturn]] void fail(const fs::path& place, const std::string& doing, int error) {
    throw ConfigError(place.string(), fmt::format("cannot {}: {}", doing, std::strerror(error)),
                      hint_for(error));
}

bool is_there(const fs::path& path) {
    std::error_code error;
    return fs::exists(fs::symlink_status(path, error));
}

// The innermost folder on the way to `path` that exists already.
fs::path existing_ancestor(const fs::path& path) {
    fs::path ancestor = path.parent_path();
    while (!is_there(ancestor) && ancestor != ancestor.root_path()) {
        ancestor = ancestor.parent_path();
    }
    return ancestor;
}

// An empty file will do: what writes it may have been interrupted.
bool begins_with(const fs::path& file, const std::string& beginning) {
    std::ifstream stream(file, std::ios::binary);
    std::string found(beginning.size(), '\0');
    stream.read(found.data(), static_cast<std::streamsize>(found.size()));
    found.resize(static_cast<std::size_t>(stream.gcount()));
    return beginning.starts_with(found);
}

bool is_marked(const fs::directory_entry& entry, const FolderContents& contents) {
    const std::string name = entry.path().filename().string();
    std::error_code ignored;
    return fs::is_regular_file(entry.symlink_status(ignored)) &&
           std::any_of(contents.marked.begin(), contents.marked.end(), [&](const auto& marked) {
               return marked.name == name && begins_with(entry.path(), marked.beginning);
           });
}

// "a folder and " of what is no file; nothing of files.
std::string unlike_a_file(const fs::directory_entry& entry) {
    std::error_code ignored;
    const fs::file_status status = entry.symlink_status(ignored);
    if (fs::is_symlink(status)) {
        return fs::exists(entry.path(), ignored) ? "a symbolic link and "
                                                 : "a symbolic link to nothing and ";
    }
    return fs::is_directory(status)      ? "a folder and "
           : fs::is_regular_file(status) ? ""
                                         : "no plain file and ";
}

void require_free_of_foreign_files(const fs::path& target, const FolderContents& contents) {
    const auto& ours = contents.files;
    std::vector<std::string> found;
    std::error_code error;
    for (fs::directory_iterator entry(target, error), end; !error && entry != end;
         entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        std::error_code ignored;
        if (is_marked(*entry, contents)) {
            continue;
        }
        if (std::find(contents.trees.begin(), contents.trees.end(), name) != contents.trees.end() &&
            fs::is_directory(entry->symlink_status(ignored))) {
            found.push_back(name);
            continue;
        }
        if (contents.result_folders && fs::is_directory(entry->symlink_status(ignored))) {
            require_free_of_foreign_files(entry->path(), result_folder_contents());
            found.push_back(name);
            continue;
        }
        if (std::find(ours.begin(), ours.end(), name) == ours.end() ||
            !fs::is_regular_file(entry->symlink_status(ignored))) {
            throw ConfigError(target.string(),
                              fmt::format("expected no folder, an empty one or earlier results; "
                                          "found '{}', which is {}none of ours",
                                          name, unlike_a_file(*entry)),
                              "name another folder for the results, or move that away");
        }
        found.push_back(name);
    }
    if (error) {
        fail(target, "list the folder", error.value());
    }
    const auto holds = [&](const std::string& name) {
        return std::find(found.begin(), found.end(), name) != found.end();
    };
    if (!found.empty() && !(holds(ours[0]) && holds(ours[1]))) {
        throw ConfigError(
            target.string(),
            fmt::format("the folder is not empty, and not an earlier result folder: it holds '{}' "
                        "but not both {} and {}",
                        *std::min_element(found.begin(), found.end()), ours[0], ours[1]),
            "name another folder for the results, or empty this one");
    }
}

// Closes on every way out; close() itself may be what reports a full disk, so write_file() calls
// it.
class File {
  public:
    explicit File(const fs::path& path)
        : descriptor_(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)) {}
    ~File() { close(); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    bool is_open() const { return descriptor_ >= 0; }
    ssize_t write(std::string_view bytes) const {
        return ::write(descriptor_, bytes.data(), bytes.size());
    }
    bool close() { return descriptor_ < 0 || ::close(std::exchange(descriptor_, -1)) == 0; }

  private:
    int descriptor_;
};

}  // namespace

const FolderContents& result_folder_contents() {
    static const FolderContents contents{
        {"effective.yaml", "summary.json", "energy.csv", "layers.csv", "cores.csv", "links.csv",
         "samples.csv", "report.txt", "probes.h5", "learned.h5", "weights.svg", "messages.csv"},
        false,
        {},
        {{kCheckpointName, std::string(kCheckpointMagic)},
         {partial_of(kCheckpointName).string(), std::string(kCheckpointMagic)}}};
    return contents;
}

const FolderContents& comparison_folder_contents() {
    static const FolderContents contents{{"compare.json", "compare.csv", "compare.txt"}, true};
    return contents;
}

const FolderContents& noc_folder_contents() {
    static const FolderContents contents{
        {"effective.yaml", "links.csv", "links.svg", "load.csv", "load.svg", "passes.csv"}, false};
    return contents;
}

bool is_mount_point(const fs::path& folder) {
    struct statx status {};
    if (::statx(AT_FDCWD, folder.c_str(), 0, 0, &status) == 0 &&
        (status.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) != 0) {
        return (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
    }
    // Kernels before 5.8 do not say; a device of its own betrays all but bind mounts.
    struct stat inner {
    }, outer{};
    return ::stat(folder.c_str(), &inner) == 0 && ::stat((folder / "..").c_str(), &outer) == 0 &&
           inner.st_dev != outer.st_dev;
}

fs::path resolve_result_folder(const fs::path& folder) {
    if (folder.empty()) {
        throw ConfigError("results", "the name of the result folder is empty",
                          "name a folder for the results");
    }
    std::error_code error;
    fs::path target = fs::weakly_canonical(fs::absolute(folder), error);
    if (error) {
        fail(folder, "resolve the path", error.value());
    }
    if (!target.has_filename()) {
        target = target.parent_path();
    }
    if (target == target.root_path() || target == fs::current_path(error)) {
        throw ConfigError(folder.string(),
                          "the result folder is replaced as a whole, which the root folder and the "
                          "current one cannot be",
                          "name a folder inside it, such as 'results'");
    }
    return target;
}

void require_replaceable(const fs::path& target, const FolderContents& contents) {
    std::error_code error;
    const fs::file_status status = fs::symlink_status(target, error);
    if (!fs::exists(status)) {
        return;
    }
    if (fs::is_symlink(status)) {
        throw ConfigError(target.string(), "is a symbolic link to nothing; expected a folder",
                          "remove the link, or name another folder for the results");
    }
    if (!fs::is_directory(status)) {
        throw ConfigError(target.string(), "is a file; expected a folder, or nothing",
                          "name another folder for the results, or move this file away");
    }
    if (is_mount_point(target)) {
        throw ConfigError(
            target.string(),
            "is a mount point; the result folder is replaced as a whole, which a "
            "mount point cannot be",
            "name a folder inside it, such as '" + (target / "results").string() + "'");
    }
    require_free_of_foreign_files(target, contents);
    if (::faccessat(AT_FDCWD, target.c_str(), R_OK | W_OK | X_OK, AT_EACCESS) != 0) {
        fail(target, "replace the folder", errno);
    }
}

PartialFolder::PartialFolder(const fs::path& target, const FolderContents& contents)
    : contents_(contents), target_(target) {
    try {
        make_parents();
        for (unsigned attempt = 0;; ++attempt) {
            path_ =
                target_.parent_path() /
                fmt::format(".{}.partial-{}-{}", target_.filename().string(), ::getpid(), attempt);
            if (::mkdir(path_.c_str(), 0777) == 0) {
                return;
            }
            if (errno != EEXIST) {
                const int error = errno;
                path_.clear();
                fail(target_, fmt::format("make a folder in '{}'", target_.parent_path().string()),
                     error);
            }
        }
    } catch (...) {
        remove_parents();
        throw;
    }
}

PartialFolder::~PartialFolder() {
    if (committed_) {
        return;
    }
    std::error_code ignored;
    fs::remove_all(path_, ignored);
    remove_parents();
}

void PartialFolder::remove_parents() const {
    for (auto parent = made_parents_.rbegin(); parent != made_parents_.rend(); ++parent) {
        std::error_code ignored;
        fs::remove(*parent, ignored);  // fails, as it should, if somebody uses it by now
    }
}

void PartialFolder::make_parents() {
    const fs::path base = existing_ancestor(target_);
    std::error_code error;
    if (!fs::is_directory(base, error)) {
        throw ConfigError(target_.string(),
                          fmt::format("cannot be made: '{}' is not a folder", base.string()),
                          kOtherFolder);
    }
    std::vector<fs::path> missing;
    for (fs::path parent = target_.parent_path(); parent != base; parent = parent.parent_path()) {
        missing.push_back(parent);
    }
    for (auto parent = missing.rbegin(); parent != missing.rend(); ++parent) {
        if (::mkdir(parent->c_str(), 0777) == 0) {
            made_parents_.push_back(*parent);
        } else if (errno != EEXIST) {
            fail(target_, fmt::format("make the folder '{}'", parent->string()), errno);
        }
    }
}

void PartialFolder::write(const std::string& name, std::string_view bytes) {
    // The user knows the place by its final name, not by that of the partial folder.
    const fs::path place = target_ / name;
    File file(path_ / name);
    if (!file.is_open()) {
        fail(place, "make the file", errno);
    }
    std::string_view rest = bytes;
    while (!rest.empty()) {
        const ssize_t written = file.write(rest);
        if (written >= 0) {
            rest.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno != EINTR) {
            fail(place, fmt::format("write {} bytes", bytes.size()), errno);
        }
    }
    if (!file.close()) {
        fail(place, fmt::format("write {} bytes", bytes.size()), errno);
    }
}

void PartialFolder::commit(bool can_exchange) {
    require_replaceable(target_, contents_);
    struct stat earlier {};
    if (::stat(target_.c_str(), &earlier) == 0) {
        // Who may read the earlier results may read these.
        if (::chmod(path_.c_str(), earlier.st_mode & 07777) != 0) {
            fail(target_, "keep the permissions of the folder", errno);
        }
    }
    take_place(can_exchange);
}

void PartialFolder::take_place(bool can_exchange) {
    // rename() replaces nothing, or an empty folder, in one step, and leaves all else alone.
    if (::rename(path_.c_str(), target_.c_str()) == 0) {
        committed_ = true;
        return;
    }
    if (errno != ENOTEMPTY && errno != EEXIST) {
        fail(target_, "put the results in place", errno);
    }
    if (!can_exchange) {
        move_aside();
        return;
    }
    if (::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, target_.c_str(), RENAME_EXCHANGE) == 0) {
        committed_ = true;
        remove_earlier(path_);
    } else if (errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP) {
        move_aside();
    } else {
        fail(target_, "put the results in place", errno);
    }
}

void PartialFolder::move_aside() {
    const fs::path aside = path_.string() + ".earlier";
    if (::rename(target_.c_str(), aside.c_str()) != 0) {
        fail(target_, "move the earlier results aside", errno);
    }
    if (::rename(path_.c_str(), target_.c_str()) != 0) {
        const int error = errno;
        ::rename(aside.c_str(), target_.c_str());
        fail(target_, "put the results in place", error);
    }
    committed_ = true;
    remove_earlier(aside);
}

void PartialFolder::remove_earlier(const fs::path& earlier) const {
    // Only what is known to be ours: a file that somebody put there a moment ago stays.
    const auto remove_files = [](const fs::path& folder, const FolderContents& contents) {
        for (const std::string& name : contents.files) {
            ::unlink((folder / name).c_str());
        }
        for (const FolderContents::Marked& marked : contents.marked) {
            ::unlink((folder / marked.name).c_str());
        }
    };
    std::error_code ignored;
    for (fs::directory_iterator entry(earlier, ignored), end;
         contents_.result_folders && !ignored && entry != end; entry.increment(ignored)) {
        remove_files(entry->path(), result_folder_contents());
        ::rmdir(entry->path().c_str());  // fails, as it should, on what is none of ours
    }
    for (const std::string& name : contents_.trees) {
        fs::remove_all(earlier / name, ignored);
    }
    remove_files(earlier, contents_);
    if (::rmdir(earlier.c_str()) != 0) {
        throw ConfigError(target_.string(),
                          fmt::format("the results are written, but what was left of the earlier "
                                      "ones in '{}' cannot be removed: {}",
                                      earlier.string(), std::strerror(errno)),
                          "remove that folder by hand");
    }
}

}  // namespace cortile::report
