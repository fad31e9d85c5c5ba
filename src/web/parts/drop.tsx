// A place to drop files, with a button for those who choose them.
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'

export interface DropProps {
  /** What to drop here. */
  children: ComponentChildren
  /** Buttons beside the one that chooses files. */
  others?: ComponentChildren
  /** What the button says. */
  choose: string
  /** As the attribute of a file input has it: any file unless given. */
  accept?: string
  isMultiple?: boolean
  /** A folder is chosen, with all that is in it. */
  isFolder?: boolean
  /** @param dropped where folders can be looked into; only until the event ends */
  onFiles(files: readonly File[], dropped?: DataTransfer): void
}

export function Drop({ children, others, onFiles, ...chosen }: DropProps) {
  const { isOver, handlers } = useDrop(onFiles)
  return (
    <div class={`drop${isOver ? ' over' : ''}`} {...handlers}>
      <p>{children}</p>
      <div class="controls">
        <FileButton {...chosen} onFiles={files => onFiles(files)} isPrimary />
        {others}
      </div>
    </div>
  )
}

/** What makes an element take files that are dropped on it. Beside it, a button must do the same. */
export function useDrop(onFiles: DropProps['onFiles']) {
  const isOver = useSignal(false)
  const handlers = {
    onDragOver(event: DragEvent) {
      event.preventDefault()
      isOver.value = true
    },
    onDragLeave() {
      isOver.value = false
    },
    onDrop(event: DragEvent) {
      event.preventDefault()
      isOver.value = false
      const { dataTransfer } = event
      if (dataTransfer?.types.includes('Files')) onFiles([...dataTransfer.files], dataTransfer)
    },
  }
  return { isOver: isOver.value, handlers }
}

export interface FileButtonProps {
  choose: string
  accept?: string
  isMultiple?: boolean
  isFolder?: boolean
  isPrimary?: boolean
  onFiles(files: readonly File[]): void
}

/** A file input that looks like the page's other buttons. */
export function FileButton(props: FileButtonProps) {
  const { choose, accept, isMultiple = false, isFolder = false, isPrimary, onFiles } = props
  return (
    <label class={`button file${isPrimary ? ' primary' : ''}`}>
      <input
        type="file"
        accept={accept}
        multiple={isMultiple || isFolder}
        {...(isFolder && { webkitdirectory: true })}
        onChange={event => {
          const files = [...(event.currentTarget.files ?? [])]
          if (files.length > 0) onFiles(files)
          // The same file can be chosen again.
          event.currentTarget.value = ''
        }}
      />
      <span>{choose}</span>
    </label>
  )
}
