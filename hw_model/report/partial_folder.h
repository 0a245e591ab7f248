// SPDX-License-Identifier: Apache-2.0
// A folder that appears all at once or not at all.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace cortile::report {

// What a folder of ours may hold.
struct FolderContents {
    std::vector<std::string> files;  // the first two mark it as ours
    bool result_folders = false;     // and result folders, one level down
    // Folders that are ours with all that they hold.
    std::vector<std::string> trees = {};
    // Files that are ours if they begin so (as far as they go), beside the others or alone.
    struct Marked {
        std::string name, beginning;
    };
    std::vector<Marked> marked = {};
};
const FolderContents& result_folder_contents();
// Of `cortile compare`: the table, and the result folder of each run.
const FolderContents& comparison_folder_contents();
// Of `cortile noc`.
const FolderContents& noc_folder_contents();

// The absolute place that `folder` stands for: symbolic links followed, no trailing slash. Throws
// ConfigError if there is none, or if it is a place that cannot be renamed.
std::filesystem::path resolve_result_folder(const std::filesystem::path& folder);

// Throws ConfigError unless nothing stands at `target` (resolved), or an empty folder, or an
// earlier one of these contents, whose files may be deleted.
void require_replaceable(const std::filesystem::path& target,
                         const FolderContents& contents = result_folder_contents());

// A mount point can be filled but not replaced.
bool is_mount_point(const std::filesystem::path& folder);

// Collects files in ".name.partial-…" beside `target` (resolved); the folder and what was made for
// it goes away with the object unless commit() succeeded. Every failure is a ConfigError.
class PartialFolder {
  public:
    explicit PartialFolder(const std::filesystem::path& target,
                           const FolderContents& contents = result_folder_contents());
    ~PartialFolder();
    PartialFolder(const PartialFolder&) = delete;
    PartialFolder& operator=(const PartialFolder&) = delete;

    void write(const std::string& name, std::string_view bytes);

    // Takes the place of `target`. `can_exchange`: the file system may swap two folders in one step
    // (Linux does on its own ones); without, an earlier folder is moved aside first.
    void commit(bool can_exchange = true);

    const std::filesystem::path& path() const { return path_; }

  private:
    void make_parents();
    void remove_parents() const;
    void take_place(bool can_exchange);
    void move_aside();
    void remove_earlier(const std::filesystem::path& earlier) const;

    const FolderContents& contents_;
    std::filesystem::path target_, path_;
    std::vector<std::filesystem::path> made_parents_;  // outermost first
    bool committed_ = false;
};

}  // namespace cortile::report
